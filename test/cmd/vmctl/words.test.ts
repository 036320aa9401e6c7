import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { commandFirst, withoutBooleanValues, withVerbosityCounted } from "../../../cmd/vmctl/words.ts";

describe("the words of a command line", () => {
  it.each([
    ["get vm -n team", "get vm -n team"],
    ["-n team get vm", "get -n team vm"],
    ["--endpoints=x get vm", "get --endpoints=x vm"],
    ["--help", "--help"],
    ["--nothing", "--nothing"],
    ["", ""],
  ])("%j are %j", (given, want) => {
    expect(commandFirst(given.split(" ").filter(Boolean), ["get", "apply"]).join(" ")).toBe(want);
  });

  const command = new Command()
    .option("-w, --wait", "", true)
    .option("--no-wait")
    .option("--no-headers")
    .option("--all")
    .option("-l, --selector <labels>");
  it.each([
    ["--wait=false", "--no-wait"],
    ["--wait=true", "--wait"],
    ["--all=true", "--all"],
    ["--all=false", ""],
    ["--selector=true", "--selector=true"],
    ["-w=true", "--wait"],
    ["-w=false", "--no-wait"],
    ["-x=false", "-x=false"],
    ["-l=a=b", "--selector=a=b"],
    ["-l=true", "--selector=true"],
    ["-l a=b", "-l a=b"],
    ["--no-wait=true", "--no-wait"],
    ["--no-wait=false", "--wait"],
    ["--no-headers=true", "--no-headers"],
    ["--no-headers=false", ""],
    ["-- --all=true", "-- --all=true"],
  ])("%s is %j", (given, want) => {
    expect(withoutBooleanValues(given.split(" "), command).join(" ")).toBe(want);
  });

  it("knows the flags of the command below a command", () => {
    const rollout = new Command("rollout");
    rollout.command("status").option("-w, --watch", "", true).option("--no-watch");
    expect(withoutBooleanValues(["rollout", "status", "--watch=false"], rollout)).toEqual([
      "rollout",
      "status",
      "--no-watch",
    ]);
  });

  it.each([
    ["get vm -v=2", "get vm -v -v"],
    ["--v=1 get vm", "-v get vm"],
    ["get vm --verbose=0", "get vm"],
    ["get vm -v 2", "get vm -v -v"],
    ["get vm -v2 a", "get vm -v -v a"],
    ["get vm --v 1 a", "get vm -v a"],
    ["get vm -v a 2", "get vm -v a 2"],
    ["get vm 2", "get vm 2"],
    ["get vm -- -v=2", "get vm -- -v=2"],
    ["get vm -- -v 2", "get vm -- -v 2"],
    ["get vm -v", "get vm -v"],
  ])("%s is %s", (given, want) => {
    expect(withVerbosityCounted(given.split(" ")).join(" ")).toBe(want);
  });
});
