import type { Command } from "commander";
import { API_VERSION } from "../../../resources/meta.ts";
import type { ReviewedInstance } from "../../../resources/placement-review.ts";
import { UsageError } from "../../config/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import { type Session, withSession } from "../connection/session.ts";
import { errorsAreTwo } from "../errors-are-two.ts";
import { EXIT } from "../exit-code.ts";
import { explanationLines } from "../explain/placement/explanation-lines.ts";
import { readSubjects, type Subject } from "../explain/placement/subjects.ts";
import { formatDocument } from "../output/format-document.ts";
import { oneOfFormats } from "../output/output-format.ts";
import { askReview } from "../plan/ask-review.ts";
import type { ExplainFlags } from "./explain-command.ts";

/** Many may ask at once, and are answered one after the other. */
const PATIENCE_MS = 15_000;

export async function explainPlacement(names: readonly string[], flags: ExplainFlags, command: Command): Promise<void> {
  if (flags.recursive) throw new UsageError("--recursive is for fields: vmctl explain instance.spec --recursive");
  const format = oneOfFormats(flags.output, ["json", "yaml"]);
  const files = flags.filename ?? [];
  if (names.length > 0 === files.length > 0)
    throw new UsageError("which instance? vmctl explain placement instance/NAME, or -f FILE");
  const work = () =>
    withSession(command, async (session) => {
      const answers: ReviewedInstance[] = [];
      for (const [index, subject] of (await readSubjects(session, names, files)).entries()) {
        const answer = await ask(session, subject, flags.allHosts ?? false);
        answers.push(answer);
        if (format === undefined) print(subject, answer, flags, index === 0);
      }
      if (format) process.stdout.write(await formatDocument(documentOf(answers), format));
      if (answers.some(({ hypervisor }) => hypervisor === undefined)) process.exitCode = EXIT.failed;
    });
  // What is not there goes nowhere.
  await errorsAreTwo(work, ["NotFound"]);
}

function print(subject: Subject, answer: ReviewedInstance, flags: ExplainFlags, isFirst: boolean): void {
  const { scores = false, allHosts = false } = flags;
  const lines = explanationLines(subject.label, answer, { scores, allHosts });
  process.stdout.write(`${isFirst ? "" : "\n"}${lines.join("\n")}\n`);
}

const documentOf = (instances: readonly ReviewedInstance[]) => ({
  apiVersion: API_VERSION,
  kind: "PlacementReview",
  status: { instances },
});

async function ask(session: Session, { label, asked }: Subject, allHosts: boolean): Promise<ReviewedInstance> {
  const explain = allHosts ? { allHosts } : {};
  const answer = await askReview(session, { instances: [asked], explain }, PATIENCE_MS);
  if (answer === "denied") throw new CommandFailure(EXIT.failed, `${label}: this user may not ask for reviews`);
  if (answer === "silence")
    throw new CommandFailure(EXIT.timedOut, `${label}: no answer in ${PATIENCE_MS / 1000} s: does a controller run?`);
  const [only] = answer;
  if (!only?.explanation)
    throw new CommandFailure(
      EXIT.failed,
      `${label}: the controller is older than this vmctl, and explains nothing yet`,
    );
  return only;
}
