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
    ["define a", 'did you mean "apply -f FILE"?'],
    ["reboot a", 'did you mean "restart"?'],
    ["stop web-1", 'unknown kind "web-1"; an object goes with its kind: instance/web-1; known: '],
    ["ssh web-1", "ssh USER@ADDRESS, with the address that `vmctl get instance NAME` shows"],
    ["console web-1", "virsh console NAMESPACE.NAME"],
    ["use-context lab", 'did you mean "config use-context"?'],
    ["--context local down", "--context is not offered: --data DIR says which control plane"],
    ["get", "which kind? One of instancesets, instances"],
    ["edit", "which kind? One of instancesets, instances"],
    ["explain", "which kind? One of instancesets, instances"],
    ["get vm a -f x", "give names or -f, not both"],
    ["describe", "which kind? One of instancesets, instances"],
    ["rollout", "rollout what? One of status, history, undo, restart"],
    ["rollout halt", "unknown command 'halt'"],
    ["apply x", "apply takes manifests: vmctl apply -f FILE"],
    ["create instance a", "create takes manifests: vmctl create -f FILE"],
    ["create ns a b", "one name expected"],
    ["create ns a -f x", "give words or -f, not both"],
    ["create ns A", "metadata.name must be a name"],
    ["constructor", 'unknown command "constructor"; `vmctl --help` lists them'],
    ["get vm --toString", "unknown option '--toString'"],
    ["get instnces", 'unknown kind "instnces"; did you mean "instances"?'],
    ["get vm --otput json", "Did you mean --output?"],
    ["get vm -o jsn", "there is wide, json, yaml, name, jsonpath=TEMPLATE"],
    ["get vm -o jsn", 'did you mean "json"?'],
    ["get vm -o go-template={{.}}", "-o go-template is not offered: there is wide, json"],
    ["get vm -o jsonpath-as-json={.a}", "-o jsonpath-as-json is not offered"],
    ["get vm -o jsonpath", "a value expected, such as -o jsonpath='{.metadata.name}'"],
    ["get vm -o jsonpath={.a", "column 1: this { is never closed"],
    ["get vm -o jsonpath-file=/nonexistent", "cannot read /nonexistent"],
    ["get vm -o custom-columns=NAME", 'HEADING:.path expected, got "NAME"'],
    ["get vm -o custom-columns-file=/nonexistent", "-o custom-columns-file: cannot read /nonexistent"],
    ["get vm -o custom-columns-file=/dev/null", "a line of headings and a line of as many paths expected, got 0 and 0"],
    ["get vm -o custom-columns-file=", "a value expected, such as -o custom-columns-file=columns.txt"],
    ["get vm -o custom-columns=A:.b[", 'jsonpath ".b[": column 4'],
    ["get vm a -A", "-A lists: it takes uids, no names such as a"],
    ["get vm -l a=b=c,d", "column 4"],
    ["get vm -l a+in+(b", "column 6: this ( is never closed"],
    ["get vm a --field-selector status.phase=Running", "give names or --field-selector, not both"],
    [
      "get vm --field-selector status.phse=Running",
      'column 1: instance.status has no field "phse"; did you mean "phase"?',
    ],
    ["get vm --field-selector status.phase", "column 13: path=value or path!=value expected"],
    ["get vm --sort-by=.metadta.name", 'instance has no field "metadta"; did you mean "metadata"?'],
    ["get vm --sort-by=.metadata[", 'jsonpath ".metadata[": column 11'],
    ["get vm --chunk-size=many", "--chunk-size many: a number expected"],
    ["get vm,hv -w", "a watch follows one kind at a time"],
    ["get vm --output-watch-events", "--output-watch-events goes with -w or --watch-only"],
    ["get vm -w --output-watch-events -o name", "goes with a table, json or yaml"],
    ["get vm --live", "--live draws on a terminal, and standard output is none: use -w"],
    ["get vm --live -o json", "--live keeps a table"],
    ["get vm --live --watch-only", "--live shows what is there"],
    ["get all web-1", '"all" lists several kinds: a name goes with its own, such as instance/web-1'],
    ["get pods", 'did you mean "instances"?'],
    ["get events x", "events have no names"],
    ["describe event x", "did you mean `vmctl events`?"],
    ["get ,", "which kind? One of"],
    ["delete cluster --all", '"cluster" is for looking'],
    ["wait vm/a --for=condition=Redy", 'instances have no condition "Redy"; did you mean "Ready"?'],
    ["wait vm/a --for=ready", "condition=TYPE[=STATUS]"],
    ["wait vm/a --for=jsonpath={.a....b}=c", "column 6: more than three dots"],
    ["wait vm/a --for=jsonpath={.a}b", "jsonpath={.path}[=VALUE]"],
    ["wait vm/a --for=delete --timeout=soon", "a duration such as 90s or 5m expected"],
    ["wait vm --for=delete", "wait for which? Give names"],
    ["delete vm a -l b=c", "give names, or -l, or --all"],
    ["delete vm", "delete which? Give names"],
    ["delete vm a --grace-period=-1", "seconds from 0 to 3600"],
    ["stop hypervisor/a", "only instances stop, not hypervisor/a"],
    ["explain instance.spec.imge", 'has no field "imge"; did you mean "image"?'],
    ["apply -f x --dry-run=everywhere", "client, cluster or server"],
    ["get vm --cert x", "a client certificate needs both --cert and --key"],
    ["get vm --cacert /nonexistent.pem", "cannot read /nonexistent.pem"],
    ["get vm --endpoints http://192.0.2.1:2379", "neither TLS nor on this machine"],
    ["get vm --request-timeout never", "--request-timeout: a duration"],
    ["get vm --context nowhere", 'no context "nowhere"'],
    ["down web-1", "did you mean stop instance/web-1?"],
    ["up web-1", "did you mean start instance/web-1?"],
  ];

  it.each(CASES)("%s", async (line, message) => {
    const failure = await parseCommandLine(wordsOf(line), "0").catch((error: unknown) => error);
    const explained = explainFailure(failure);
    expect(explained).toMatchObject({ exitCode: 2, line: expect.stringContaining(message) });
    expect(explained.line).not.toContain("\n");
  });
});

/** Words are separated by spaces; a plus is a space within one. */
const wordsOf = (line: string): string[] => line.split(" ").map((word) => word.replaceAll("+", " "));
