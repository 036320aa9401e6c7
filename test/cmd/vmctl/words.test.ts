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
    .option("--wait", "", true)
    .option("--no-wait")
    .option("--all")
    .option("--selector <labels>");
  it.each([
    ["--wait=false", "--no-wait"],
    ["--wait=true", "--wait"],
    ["--all=true", "--all"],
    ["--all=false", ""],
    ["--selector=true", "--selector=true"],
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
    ["get vm -- -v=2", "get vm -- -v=2"],
    ["get vm -v", "get vm -v"],
  ])("%s is %s", (given, want) => {
    expect(withVerbosityCounted(given.split(" ")).join(" ")).toBe(want);
  });
});
