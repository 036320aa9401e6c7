import { expect, it } from "vitest";
import { openWords } from "../../../cmd/vmctl/wait/open-words.ts";

const open = (count: number, seen: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => ({ name: `instance/g-${index}`, seen: seen(index) }));

it.each([
  ["one", open(1, () => "Starting"), "instance/g-0 (Starting)"],
  ["one nobody has seen", open(1, () => ""), "instance/g-0"],
  ["two of different words", open(2, String), "instance/g-0 (0), instance/g-1 (1)"],
  ["four of the same", open(4, () => "x"), "instance/g-0, instance/g-1, instance/g-2, instance/g-3 (x)"],
  ["many of the same", open(24, () => "x"), "instance/g-0, instance/g-1, instance/g-2 and 21 more (x)"],
  ["many of as many words", open(24, String), expect.stringMatching(/^instance\/g-0 \(0\), .*g-4 \(4\), 19 more$/)],
])("what is waited for, in one line: %s", (_, given, want) => expect(openWords(given)).toEqual(want));
