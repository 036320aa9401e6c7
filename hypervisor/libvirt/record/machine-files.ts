import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { domainName } from "../../domain-name.ts";
import type { MachineIdentity } from "../../hypervisor.ts";
import { HypervisorError } from "../../hypervisor-error.ts";
import { exists } from "../disk/overlay-disk.ts";
import { translateDiskError } from "../disk/translate-disk-error.ts";
import type { MachineRecord } from "./machine-record.ts";
import type { RecordStore } from "./record-store.ts";

/** The console log and the older ones that virtlogd keeps beside it (max_backups is 3 unless virtlogd.conf says more). */
const CONSOLE_SUFFIXES = ["", ".0", ".1", ".2", ".3", ".4", ".5", ".6", ".7", ".8", ".9"];

export interface MachineDirs {
  readonly poolDir: string;
  /** Where libvirt logs the serial console; a directory that a confined virtlogd may write to. */
  readonly consoleDir: string;
}

/** The record of a machine and the files it names. */
export class MachineFiles {
  readonly #records: RecordStore;
  readonly #dirs: MachineDirs;

  constructor(records: RecordStore, dirs: MachineDirs) {
    this.#records = records;
    this.#dirs = dirs;
  }

  /**
   * The machine's record, made if there is none: the intent that precedes every effect. A file that lies where a new
   * machine's would is somebody else's: `NameTaken`. `RecordUnreadable`: there is one, which may name other files.
   */
  async claim(identity: MachineIdentity): Promise<MachineRecord> {
    const present = await this.#records.find(identity.uid);
    if (!present) await this.#refuseForeignFiles(identity);
    const { uid, namespace, name, epoch } = identity;
    const record = await this.#records.update(uid, (before) => {
      const files = before?.files ?? this.#filesOf(identity);
      return { version: 1, ...before, uid, namespace, name, epoch, files };
    });
    if (!record) throw new Error("a claim always leaves a record");
    return record;
  }

  /**
   * The record again for a domain of ours whose record was lost. Its definition tells in which folders the files are;
   * a file under another name was put there by somebody else, and a deletion must not take it.
   */
  adopt(identity: MachineIdentity, defined: Partial<MachineRecord["files"]>): Promise<MachineRecord | undefined> {
    const { uid, namespace, name, epoch } = identity;
    const usual = this.#filesOf(identity);
    const place = (key: keyof MachineRecord["files"]): string => {
      const found = defined[key];
      return found !== undefined && basename(found) === basename(usual[key]) ? found : usual[key];
    };
    const files = { disk: place("disk"), seed: place("seed"), console: place("console") };
    return this.#records.update(uid, (before) => before ?? { version: 1, uid, namespace, name, epoch, files });
  }

  async writeSeed(record: MachineRecord, image: Uint8Array): Promise<void> {
    const path = record.files.seed;
    const present = await readFile(path).catch(() => undefined);
    if (present && Buffer.compare(present, image) === 0) return;
    const temporary = `${path}.new`;
    try {
      await writeFile(temporary, image, { mode: 0o600 });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw translateDiskError(error, "writing the seed");
    }
  }

  async removeDiskAndSeed({ files }: MachineRecord): Promise<void> {
    for (const path of [files.disk, files.seed]) {
      await rm(`${path}.new`, { force: true });
      await rm(path, { force: true });
    }
  }

  /** Every file, then the record that names them. */
  async removeAll(record: MachineRecord): Promise<void> {
    await this.removeDiskAndSeed(record);
    for (const suffix of CONSOLE_SUFFIXES) await rm(record.files.console + suffix, { force: true });
    await this.#records.remove(record.uid);
  }

  #filesOf(identity: MachineIdentity): MachineRecord["files"] {
    const base = domainName(identity);
    return {
      disk: join(this.#dirs.poolDir, `${base}.root.qcow2`),
      seed: join(this.#dirs.poolDir, `${base}.seed.raw`),
      console: join(this.#dirs.consoleDir, `${base}.console.log`),
    };
  }

  async #refuseForeignFiles(identity: MachineIdentity): Promise<void> {
    const { disk, seed } = this.#filesOf(identity);
    for (const path of [disk, seed]) {
      if (await exists(path)) throw new HypervisorError("NameTaken", `${path} exists and is not ours`);
    }
  }
}
