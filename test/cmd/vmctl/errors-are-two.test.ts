import { expect, it } from "vitest";
import { CommandFailure } from "../../../cmd/vmctl/command-failure.ts";
import { errorsAreTwo } from "../../../cmd/vmctl/errors-are-two.ts";
import { EXIT } from "../../../cmd/vmctl/exit-code.ts";

it("keeps every word of a failure whose status it changes", async () => {
  const words = { reason: "Invalid", lines: ["web.yaml:6:3 spec.resorces is unknown"], details: { problems: [] } };
  const failing = errorsAreTwo(async () => {
    throw new CommandFailure(EXIT.failed, "1 problem: nothing was changed", words);
  });
  await expect(failing).rejects.toMatchObject({
    exitCode: EXIT.usage,
    message: "1 problem: nothing was changed",
    ...words,
  });
});

it("leaves other statuses alone", async () => {
  const timedOut = new CommandFailure(EXIT.timedOut, "no answer");
  await expect(errorsAreTwo(() => Promise.reject(timedOut))).rejects.toBe(timedOut);
});
