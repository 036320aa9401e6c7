import { describe, expect, it } from "vitest";
import { effectWords, templateEffectWords } from "../../resources/effect-words.ts";

describe("a changed field of an instance", () => {
  it.each([
    ["live", true, false, "live"],
    ["restart", false, false, "live"],
    ["restart", true, false, "restart"],
    ["recreate", true, false, "recreate (held back)"],
    ["recreate", true, true, "recreate"],
    ["guestConfig", true, false, "recreate (held back)"],
    ["bound", false, false, "live"],
    ["bound", true, true, "refused (bound to a hypervisor)"],
  ] as const)("%s, bound %s, OnChange %s: %s", (effect, isBound, recreatesOnChange, text) => {
    expect(effectWords(effect, { isBound, recreatesOnChange }).text).toBe(text);
  });
});

describe("a changed field of a set's template", () => {
  it.each([
    ["live", false, false, "live", false],
    ["restart", false, false, "rolls out: each instance restarts", false],
    ["recreate", false, false, "held back: each instance would have to be recreated", true],
    ["guestConfig", false, true, "rolls out: each instance is recreated", false],
    ["bound", false, false, "held back: each instance would have to be replaced", true],
    ["bound", false, true, "rolls out: each instance is replaced", false],
    ["restart", true, true, "for instances made again (updateStrategy OnDelete)", true],
  ] as const)("%s, OnDelete %s, OnChange %s: %s", (...row) => {
    const [effect, onDelete, recreatesOnChange, text, isHeld] = row;
    expect(templateEffectWords(effect, { onDelete, recreatesOnChange })).toEqual({ text, isHeld });
  });
});
