import { readFile } from "node:fs/promises";

/** Linux's name of a processor flag → OpenStack's standard trait. */
const TRAIT_OF_FLAG: Readonly<Record<string, string>> = {
  aes: "HW_CPU_X86_AESNI",
  abm: "HW_CPU_X86_ABM",
  avx: "HW_CPU_X86_AVX",
  avx2: "HW_CPU_X86_AVX2",
  avx512bw: "HW_CPU_X86_AVX512BW",
  avx512cd: "HW_CPU_X86_AVX512CD",
  avx512dq: "HW_CPU_X86_AVX512DQ",
  avx512f: "HW_CPU_X86_AVX512F",
  avx512ifma: "HW_CPU_X86_AVX512IFMA",
  avx512vbmi: "HW_CPU_X86_AVX512VBMI",
  avx512vl: "HW_CPU_X86_AVX512VL",
  bmi1: "HW_CPU_X86_BMI",
  bmi2: "HW_CPU_X86_BMI2",
  f16c: "HW_CPU_X86_F16C",
  fma: "HW_CPU_X86_FMA3",
  mmx: "HW_CPU_X86_MMX",
  pclmulqdq: "HW_CPU_X86_CLMUL",
  sha_ni: "HW_CPU_X86_SHA",
  sse: "HW_CPU_X86_SSE",
  sse2: "HW_CPU_X86_SSE2",
  pni: "HW_CPU_X86_SSE3",
  ssse3: "HW_CPU_X86_SSSE3",
  sse4_1: "HW_CPU_X86_SSE41",
  sse4_2: "HW_CPU_X86_SSE42",
  sse4a: "HW_CPU_X86_SSE4A",
  svm: "HW_CPU_X86_AMD_SVM",
  vmx: "HW_CPU_X86_INTEL_VMX",
};

/** What the host's processor has, and a KVM guest gets passed through. Sorted; empty where it cannot be told. */
export async function hostCpuTraits(path = "/proc/cpuinfo"): Promise<readonly string[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  const flags = /^flags\s*:(.*)$/m.exec(text)?.[1]?.trim().split(/\s+/) ?? [];
  return flags.flatMap((flag) => TRAIT_OF_FLAG[flag] ?? []).sort();
}
