import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { ProgramResult } from "./e2e-program.ts";
import { haltingFirmware } from "./halting.ts";

/** One word alone is a line of commands. */
export type Virsh = (...words: string[]) => Promise<string>;

/** Its firmware halts where others begin: it runs, and takes no processor. */
const domain = (firmware: string): string =>
  `<domain type='qemu'><name>foreign</name><memory unit='MiB'>16</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type><loader readonly='yes' type='rom'>${firmware}</loader></os>
<devices><controller type='usb' model='none'/></devices></domain>`;
const NETWORK = `<network><name>foreign-net</name><bridge name='foreign0' stp='off' delay='0'/>
<ip address='192.168.150.1' netmask='255.255.255.0'/></network>`;
const FILE_TEXT = "not ours\n";

/** What others have on the same host: a running domain, an active network, a file beside our disks. */
export class ForeignNeighbours {
  readonly #virsh: Virsh;
  readonly #file: string;
  #before = "";

  private constructor(virsh: Virsh, file: string) {
    this.#virsh = virsh;
    this.#file = file;
  }

  /** `dir` is where our disks will be; `scratch` takes the definitions. */
  static async place(virsh: Virsh, dir: string, scratch: string): Promise<ForeignNeighbours> {
    const foreign = new ForeignNeighbours(virsh, join(dir, "default.foreign.root.qcow2"));
    const [network, guest, firmware] = ["foreign-net.xml", "foreign.xml", "firmware.rom"].map((name) =>
      join(scratch, name),
    ) as [string, string, string];
    await writeFile(foreign.#file, FILE_TEXT);
    await writeFile(network, NETWORK);
    await writeFile(firmware, haltingFirmware());
    await writeFile(guest, domain(firmware));
    await virsh(`net-define ${network}; net-start foreign-net; define ${guest}; start foreign`);
    foreign.#before = await foreign.#look();
    // Of several commands virsh answers how the last one went.
    expect(foreign.#before).toMatch(/^Active: +yes$/m);
    expect(foreign.#before).toMatch(/^running$/m);
    return foreign;
  }

  /** Same definition, same run, same bytes. */
  async assertUnharmed(): Promise<void> {
    expect(await this.#look()).toBe(this.#before);
  }

  get file(): string {
    return this.#file;
  }

  async #look(): Promise<string> {
    const { mtimeMs } = await stat(this.#file);
    return [
      // The live definition changes over a restart of libvirtd: it forgets aliases of what is not there.
      await this.#virsh(
        "dumpxml --inactive foreign; domid foreign; domstate foreign; net-dumpxml foreign-net; net-info foreign-net",
      ),
      await readFile(this.#file, "utf8"),
      mtimeMs,
    ].join("\n");
  }
}

/** The text of a command that must succeed. */
export function textOf(command: string, { code, stdout, stderr }: ProgramResult): string {
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${stderr}${stdout}`);
  return stdout;
}
