import { execFileSync, spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../../hack/certs", import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "certs-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const certs = (...words: string[]) => execFileSync(script, [folder, ...words], { stdio: "pipe" });
const read = (name: string) => new X509Certificate(readFileSync(join(folder, `${name}.crt`)));

describe("hack/certs", () => {
  it("makes certificates whose common name is the user in etcd", () => {
    certs("client", "admin", "node-host-1");
    const ca = read("ca");
    for (const name of ["admin", "node-host-1"]) {
      expect(read(name).subject).toBe(`CN=${name}`);
      expect(read(name).verify(ca.publicKey)).toBe(true);
      expect(read(name).ca).toBe(false);
      expect(statSync(join(folder, `${name}.key`)).mode & 0o777).toBe(0o600);
    }
  });

  it("names hosts and addresses in a server's certificate", () => {
    certs("server", "etcd-1", "host-1", "host-1.example.net", "10.0.0.1", "::1");
    const certificate = read("etcd-1");
    expect(certificate.checkHost("host-1.example.net")).toBe("host-1.example.net");
    expect(certificate.checkIP("10.0.0.1")).toBe("10.0.0.1");
    expect(certificate.checkIP("10.0.0.2")).toBeUndefined();
    expect(certificate.subjectAltName).toContain("IP Address:0:0:0:0:0:0:0:1");
  });

  it("keeps what is good and makes anew what is not", () => {
    certs("server", "etcd", "127.0.0.1");
    certs("client", "admin");
    const [admin, etcd] = [read("admin"), read("etcd")];
    certs("server", "etcd", "127.0.0.1", "localhost");
    certs("client", "admin");
    expect(read("admin").serialNumber).toBe(admin.serialNumber);
    expect(read("etcd").serialNumber).not.toBe(etcd.serialNumber);
    rmSync(join(folder, "ca.key"));
    certs("client", "admin");
    expect(read("admin").verify(read("ca").publicKey)).toBe(true);
    writeFileSync(join(folder, "admin.crt"), "torn");
    certs("client", "admin");
    expect(read("admin").subject).toBe("CN=admin");
  });

  it.each([["ca"], ["../x"], ["a b"], [""], ["-x"]])("refuses the name %j", (name) => {
    const { status, stderr } = spawnSync(script, [folder, "client", name], { encoding: "utf8" });
    expect([status, stderr]).toEqual([1, expect.stringContaining("is no name")]);
  });
});
