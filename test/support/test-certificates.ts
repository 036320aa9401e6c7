import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
/** A process of our own for each certificate would cost more than making it: forking this one takes milliseconds. */
const SCRIPT = `
new() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "$@"; }
if ! [ -e ca.pem ]; then
  # Without it, every certificate would be made an authority.
  printf '[req]\\ndistinguished_name=dn\\n[dn]\\n' >openssl.cnf
  new -subj '/CN=test authority' -keyout ca.key -out ca.pem
fi
for name; do
  new -config openssl.cnf -CA ca.pem -CAkey ca.key -subj "/CN=$name" -addext extendedKeyUsage=serverAuth,clientAuth \
    -addext subjectAltName=IP:127.0.0.1,DNS:localhost -keyout "$name.key" -out "$name.pem"
done
`;

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
    await certificates.issue("server", "root");
    return certificates;
  }

  files(name: string): CertificateFiles {
    const file = (suffix: string): string => join(this.#directory, suffix);
    return { ca: file("ca.pem"), cert: file(`${name}.pem`), key: file(`${name}.key`) };
  }

  /** Certificates with these common names, for clients and for 127.0.0.1. */
  async issue(...names: readonly string[]): Promise<void> {
    await run("sh", ["-ec", SCRIPT, "issue", ...names], { cwd: this.#directory });
  }

  /** The same as PEM, in the form a store takes. */
  async credentials(name: string): Promise<{ ca: Buffer; cert: Buffer; key: Buffer }> {
    const { ca, cert, key } = this.files(name);
    return { ca: await readFile(ca), cert: await readFile(cert), key: await readFile(key) };
  }
}
