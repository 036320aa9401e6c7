import { chmod, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type DataLayout, dataLayout } from "../../../cmd/up/data-layout.ts";
import { makeFolders } from "../../../cmd/up/make-folders.ts";

let layout: DataLayout;
beforeEach(async () => {
  layout = dataLayout(await mkdtemp(join(tmpdir(), "make-folders-")));
});
afterEach(() => rm(layout.dir, { recursive: true }));

const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, home: "" };
const other = { ...self, uid: self.uid + 1 };

it("gives the images that it makes to the user behind sudo", async () => {
  // Only root may give folders away.
  const invoker = self.uid === 0 ? other : self;
  await makeFolders(layout, invoker);
  expect((await stat(layout.images)).uid).toBe(invoker.uid);
});

it("hands them on when another user is behind the next up", async () => {
  const next = self.uid === 0 ? other : self;
  await makeFolders(layout, self);
  await makeFolders(layout, next, self);
  expect((await stat(layout.images)).uid).toBe(next.uid);
});

it("leaves owner and mode of a folder of images that was there", async () => {
  await mkdir(layout.images);
  await chmod(layout.images, 0o700);
  await makeFolders(layout, other);
  const { uid, mode } = await stat(layout.images);
  expect([uid, mode & 0o777]).toEqual([self.uid, 0o700]);
});
