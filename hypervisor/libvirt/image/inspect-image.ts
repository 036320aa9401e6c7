import { HypervisorError } from "../../hypervisor-error.ts";
import { ProgramError, runProgram } from "../disk/run-program.ts";
import { checkImageHeader } from "./image-header.ts";
import { checkQcow2Extent } from "./qcow2-extent.ts";

export interface ImageFacts {
  readonly format: "qcow2" | "raw";
  readonly virtualSize: number;
}

interface QemuImgInfo {
  readonly "virtual-size": number;
  readonly "backing-filename"?: string;
  readonly encrypted?: boolean;
  readonly "format-specific"?: { readonly data?: { readonly "data-file"?: string } };
}

/** What a downloaded file is. It is hostile: qemu-img sees it after our own look at header and tables, with limits. */
export async function inspectImage(path: string, asked: ImageFacts["format"] | undefined): Promise<ImageFacts> {
  const format = await checkImageHeader(path, asked);
  if (format === "qcow2") await checkQcow2Extent(path);
  const info = await qemuImgInfo(path, format);
  if (info["backing-filename"] || info.encrypted || info["format-specific"]?.data?.["data-file"]) {
    throw new HypervisorError("ImageInvalid", "the image refers to other files or is encrypted");
  }
  return { format, virtualSize: Number(info["virtual-size"]) };
}

/** One GiB of address space and 30 s of processor time are plenty for an honest header. */
async function qemuImgInfo(path: string, format: string): Promise<QemuImgInfo> {
  const command = ["qemu-img", "info", "-U", "-f", format, "--output=json", path];
  try {
    const text = await runProgram("prlimit", ["--as=1073741824", "--cpu=30", ...command], { timeoutMs: 60_000 });
    return JSON.parse(text) as QemuImgInfo;
  } catch (error) {
    if (error instanceof ProgramError && error.code !== "ProgramMissing") {
      throw new HypervisorError("ImageInvalid", `qemu-img cannot read the image: ${error.stderr}`, { cause: error });
    }
    throw error;
  }
}
