import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

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
    await run("openssl", [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
      ...["-subj", "/CN=test authority", "-keyout", key, "-out", ca],
    ]);
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
    const request = join(this.#directory, `${name}.csr`);
    const extensions = join(this.#directory, `${name}.ext`);
    await writeFile(extensions, "subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n");
    await run("openssl", [
      ...["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", `/CN=${name}`],
      ...["-keyout", files.key, "-out", request],
    ]);
    await run("openssl", [
      ...["x509", "-req", "-in", request, "-CA", files.ca, "-CAkey", join(this.#directory, "ca.key")],
      ...["-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", files.cert],
    ]);
    return files;
  }

  /** The same as PEM, in the form a store takes. */
  async credentials(name: string): Promise<{ ca: Buffer; cert: Buffer; key: Buffer }> {
    const { ca, cert, key } = this.files(name);
    return { ca: await readFile(ca), cert: await readFile(cert), key: await readFile(key) };
  }
}
