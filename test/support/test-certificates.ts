import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];

export interface CertificateFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A throw-away authority with a server certificate for 127.0.0.1 and one for the etcd user `root`. */
export class TestCertificates {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async create(directory: string): Promise<TestCertificates> {
    await mkdir(directory, { recursive: true });
    const certificates = new TestCertificates(directory);
    const { ca } = certificates.files("ca");
    const key = join(directory, "ca.key");
    // Without it, every certificate would be made an authority.
    await writeFile(join(directory, "openssl.cnf"), "[req]\ndistinguished_name=dn\n[dn]\n");
    const words = ["req", "-x509", ...NEW_KEY, "-subj", "/CN=test authority", "-keyout", key, "-out", ca];
    await run("openssl", words);
    await certificates.issue("server");
    await certificates.issue("root");
    return certificates;
  }

  files(name: string): CertificateFiles {
    const file = (suffix: string): string => join(this.#directory, suffix);
    return { ca: file("ca.pem"), cert: file(`${name}.pem`), key: file(`${name}.key`) };
  }

  /** A certificate with the common name `name`, for clients and for 127.0.0.1. */
  async issue(name: string): Promise<CertificateFiles> {
    const files = this.files(name);
    await run("openssl", [
      ...["req", "-x509", "-config", join(this.#directory, "openssl.cnf"), ...NEW_KEY, "-subj", `/CN=${name}`],
      ...["-CA", files.ca, "-CAkey", join(this.#directory, "ca.key")],
      ...["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
      ...["-addext", "extendedKeyUsage=serverAuth,clientAuth", "-keyout", files.key, "-out", files.cert],
    ]);
    return files;
  }

  /** The same as PEM, in the form a store takes. */
  async credentials(name: string): Promise<{ ca: Buffer; cert: Buffer; key: Buffer }> {
    const { ca, cert, key } = this.files(name);
    return { ca: await readFile(ca), cert: await readFile(cert), key: await readFile(key) };
  }
}
