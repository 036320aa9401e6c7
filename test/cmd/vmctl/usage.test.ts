import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { explainFailure } from "../../../cmd/vmctl/explain-failure.ts";
import { parseCommandLine } from "../../../cmd/vmctl/program.ts";

// Nothing listens there: whatever is refused is refused before anybody is asked.
beforeAll(() => {
  vi.stubEnv("VMCTL_ENDPOINTS", "127.0.0.1:1");
  vi.stubEnv("HOME", "/nonexistent");
});
afterAll(() => vi.unstubAllEnvs());

describe("usage: status 2, one line", () => {
  const CASES: readonly (readonly [string, string])[] = [
    ["foo", 'unknown command "foo"'],
    ["aply -f x", 'unknown command "aply"; did you mean "apply"?'],
    ["create instance a", 'did you mean "apply -f FILE"?'],
    ["reboot a", 'did you mean "restart"?'],
    ["stop web-1", "an object goes with its kind: instance/web-1"],
    ["get", "missing required argument 'kind'"],
    ["get instnces", 'unknown kind "instnces"; did you mean "instances"?'],
    ["get vm --otput json", "Did you mean --output?"],
    ["get vm -o jsn", "one of wide, json, yaml, name expected"],
    ["get vm a -A", "-A lists: it takes no names"],
    ["get vm -l a=b=c,d", "column 1"],
    ["wait vm/a --for=ready", "condition=TYPE[=STATUS]"],
    ["wait vm/a --for=jsonpath={.a..b}=c", "column 4"],
    ["wait vm/a --for=delete --timeout=soon", "a duration such as 90s or 5m expected"],
    ["wait vm --for=delete", "wait for which? Give names"],
    ["delete vm a -l b=c", "give names, or -l, or --all"],
    ["delete vm", "delete which? Give names"],
    ["delete vm a --grace-period=-1", "seconds from 0 to 3600"],
    ["stop hypervisor/a", "only instances stop, not hypervisor/a"],
    ["explain instance.spec.imge", 'has no field "imge"; did you mean "image"?'],
    ["apply -f x --dry-run=everywhere", "only client"],
    ["get vm --cert x", "a client certificate needs both --cert and --key"],
    ["get vm --cacert /nonexistent.pem", "cannot read /nonexistent.pem"],
    ["get vm --endpoints http://192.0.2.1:2379", "neither TLS nor on this machine"],
    ["get vm --request-timeout never", "--request-timeout: a duration"],
    ["get vm --context nowhere", 'no context "nowhere"'],
    ["down web-1", "did you mean stop instance/web-1?"],
    ["up web-1", "did you mean start instance/web-1?"],
  ];

  it.each(CASES)("%s", async (line, message) => {
    const failure = await parseCommandLine(line.split(" "), "0").catch((error: unknown) => error);
    const explained = explainFailure(failure);
    expect(explained).toEqual({ exitCode: 2, line: expect.stringContaining(message) });
    expect(explained.line).not.toContain("\n");
  });
});
