import { formatQuantity, toMebibytes } from "../resources/quantity.ts";
import { HypervisorError } from "./hypervisor-error.ts";

/** `ImageTooLarge`, with what `spec.resources.disk` would have to be. Both sizes in bytes. */
export function imageTooLarge(virtualSize: number, disk: number): HypervisorError {
  const needed = formatQuantity(toMebibytes(virtualSize) * 2 ** 20);
  return new HypervisorError(
    "ImageTooLarge",
    `the image needs a disk of ${needed}, and spec.resources.disk is ${formatQuantity(disk)}`,
  );
}
