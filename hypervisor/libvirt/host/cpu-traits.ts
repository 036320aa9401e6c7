import { readFile } from "node:fs/promises";

/** Linux's name of a processor flag → OpenStack's standard traits, as Nova reports them. */
const TRAITS_OF_FLAG: Readonly<Record<string, readonly string[]>> = {
  "3dnow": ["3DNOW"],
  abm: ["ABM"],
  aes: ["AESNI"],
  avx: ["AVX"],
  avx2: ["AVX2"],
  avx512_bitalg: ["AVX512BITALG"],
  avx512_vbmi2: ["AVX512VBMI2"],
  avx512_vnni: ["AVX512VNNI"],
  avx512_vpopcntdq: ["AVX512VPOPCNTDQ"],
  avx512bw: ["AVX512BW"],
  avx512cd: ["AVX512CD"],
  avx512dq: ["AVX512DQ"],
  avx512er: ["AVX512ER"],
  avx512f: ["AVX512F"],
  avx512ifma: ["AVX512IFMA"],
  avx512pf: ["AVX512PF"],
  avx512vbmi: ["AVX512VBMI"],
  avx512vl: ["AVX512VL"],
  bmi1: ["BMI"],
  bmi2: ["BMI2"],
  f16c: ["F16C"],
  fma: ["FMA3"],
  fma4: ["FMA4"],
  gfni: ["AVX512GFNI"],
  mmx: ["MMX"],
  mpx: ["MPX"],
  pclmulqdq: ["CLMUL"],
  pdpe1gb: ["PDPE1GB"],
  pni: ["SSE3"],
  rtm: ["TSX"],
  sgx: ["SGX"],
  sha_ni: ["SHA"],
  sse: ["SSE"],
  sse2: ["SSE2"],
  sse4_1: ["SSE41"],
  sse4_2: ["SSE42"],
  sse4a: ["SSE4A"],
  ssse3: ["SSSE3"],
  // Both names: requests are written with either.
  svm: ["AMD_SVM", "SVM"],
  tbm: ["TBM"],
  vaes: ["AVX512VAES"],
  vmx: ["INTEL_VMX", "VMX"],
  vpclmulqdq: ["AVX512VPCLMULQDQ"],
  xop: ["XOP"],
};

/** What the host's processor has, and a KVM guest gets passed through. Sorted; empty where it cannot be told. */
export async function hostCpuTraits(path = "/proc/cpuinfo"): Promise<readonly string[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  const flags = /^flags\s*:(.*)$/m.exec(text)?.[1]?.trim().split(/\s+/) ?? [];
  const names = flags.flatMap((flag) => (Object.hasOwn(TRAITS_OF_FLAG, flag) ? (TRAITS_OF_FLAG[flag] ?? []) : []));
  return names.map((name) => `HW_CPU_X86_${name}`).sort();
}
