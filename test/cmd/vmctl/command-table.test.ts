import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../../cmd/vmctl/command-table.ts";
import { buildProgram } from "../../../cmd/vmctl/program.ts";

describe("the commands", () => {
  const names = COMMANDS.map(({ name }) => name);

  it("are listed once each", () => {
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it("all stand in the program's help", async () => {
    const help = (await buildProgram([], "0")).helpInformation();
    for (const name of names) expect(help).toMatch(new RegExp(`^ {2}${name} +\\w`, "m"));
  });

  it.each(names)("%s registers under its name, with a description", async (name) => {
    const program = await buildProgram([name], "0");
    const command = program.commands.find((one) => one.name() === name);
    expect(command?.description()).toMatch(/\w/);
  });
});
