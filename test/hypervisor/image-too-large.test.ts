import { expect, it } from "vitest";
import { imageTooLarge } from "../../hypervisor/image-too-large.ts";

it.each([
  [42991616, 2 ** 20, "the image needs a disk of 41Mi, and spec.resources.disk is 1Mi"],
  [2 ** 31 + 512, 2 ** 31, "the image needs a disk of 2049Mi, and spec.resources.disk is 2Gi"],
])("an image of %i bytes says what disk it needs", (size, disk, message) => {
  expect(imageTooLarge(size, disk)).toMatchObject({ code: "ImageTooLarge", message });
});
