import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hostCpuTraits } from "../../../hypervisor/libvirt/host/cpu-traits.ts";
import { architectureTraits, machineTraits } from "../../../hypervisor/libvirt/host/machine-traits.ts";
import { storageTraits } from "../../../hypervisor/libvirt/host/storage-traits.ts";
import { parseXml } from "../../../hypervisor/libvirt/xml/parse-xml.ts";
import { STANDARD_TRAITS } from "../../../placement/standard-traits.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "traits-"));
});
afterAll(() => rm(dir, { recursive: true }));

describe("the processor's traits", () => {
  const of = async (flags: string) => {
    const path = join(dir, "cpuinfo");
    await writeFile(path, `processor\t: 0\nflags\t\t: ${flags}\nbogomips\t: 1\n`);
    return hostCpuTraits(path);
  };

  it("go by flags, sorted; flags of no trait are nothing", async () => {
    expect(await of("fpu sse4_1 avx2 vmx toString")).toEqual([
      "HW_CPU_X86_AVX2",
      "HW_CPU_X86_INTEL_VMX",
      "HW_CPU_X86_SSE41",
      "HW_CPU_X86_VMX",
    ]);
  });

  it("are none where there is no such file", async () => {
    expect(await hostCpuTraits(join(dir, "none"))).toEqual([]);
  });

  it("all have standard names", async () => {
    const every =
      "3dnow abm aes avx avx2 avx512_bitalg avx512_vbmi2 avx512_vnni avx512_vpopcntdq avx512bw avx512cd avx512dq avx512er avx512f avx512ifma avx512pf avx512vbmi avx512vl bmi1 bmi2 f16c fma fma4 gfni mmx mpx pclmulqdq pdpe1gb pni rtm sgx sha_ni sse sse2 sse4_1 sse4_2 sse4a ssse3 svm tbm vaes vmx vpclmulqdq xop";
    const traits = await of(every);
    expect(traits.length).toBe(every.split(" ").length + 2);
    expect(traits.filter((trait) => !STANDARD_TRAITS.has(trait))).toEqual([]);
  });
});

describe("the machines' traits", () => {
  const of = (firmware: string, loader: string) =>
    machineTraits(
      parseXml(`<domainCapabilities><os supported='yes'><enum name='firmware'>${firmware}</enum>
        <loader supported='yes'><enum name='secure'>${loader}</enum></loader></os></domainCapabilities>`),
    );
  const efi = "<value>efi</value>";
  it.each<readonly [string, string, string, readonly string[]]>([
    ["without UEFI", "", "<value>no</value>", []],
    ["with UEFI", efi, "<value>no</value>", ["COMPUTE_FIRMWARE_UEFI"]],
    [
      "with secure boot",
      efi,
      "<value>yes</value><value>no</value>",
      ["COMPUTE_FIRMWARE_UEFI", "COMPUTE_SECURITY_UEFI_SECURE_BOOT"],
    ],
    ["with a loader and no firmware that libvirt could choose", "", "<value>yes</value>", []],
  ])("%s", (_sentence, firmware, loader, more) => {
    const traits = of(firmware, loader);
    expect(traits).toEqual(["COMPUTE_ARCH_X86_64", "COMPUTE_FIRMWARE_BIOS", ...more]);
    expect(traits.filter((trait) => !STANDARD_TRAITS.has(trait))).toEqual([]);
  });

  it("name the architecture by OpenStack's word, if it has one", () => {
    const words = ["x86_64", "i686", "aarch64", "ppc64", "ppc64le", "s390x", "mips64", "mips64el", "riscv64"];
    const traits = words.flatMap(architectureTraits);
    expect(traits.slice(0, 3)).toEqual(["HW_ARCH_X86_64", "HW_ARCH_I686", "HW_ARCH_AARCH64"]);
    expect(traits.length).toBe(words.length - 1);
    expect(traits.filter((trait) => !STANDARD_TRAITS.has(trait))).toEqual([]);
  });
});

describe("the disk's trait", () => {
  /** A sysfs in which the device of `dir` is a partition of a disk with this flag. */
  const sysfs = async (name: string, flag: string, folder: string) => {
    const { dev } = await stat(dir);
    const numbers = `${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`;
    const root = join(dir, name);
    await mkdir(join(root, numbers), { recursive: true });
    await mkdir(join(root, numbers, folder, "queue"), { recursive: true });
    await writeFile(join(root, numbers, folder, "queue", "rotational"), flag);
    return root;
  };

  it("is of the disk, or of the one that a partition lies on", async () => {
    expect(await storageTraits(dir, await sysfs("disk", "0\n", "."))).toEqual(["STORAGE_DISK_SSD"]);
    expect(await storageTraits(dir, await sysfs("partition", "1\n", ".."))).toEqual(["STORAGE_DISK_HDD"]);
  });

  it("is none where nobody knows", async () => {
    expect(await storageTraits(dir, join(dir, "nothing"))).toEqual([]);
    expect(await storageTraits(join(dir, "no-such-directory"))).toEqual([]);
  });
});
