import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveSettings } from "../../../cmd/config/resolve-settings.ts";
import { placementOpener } from "../../../cmd/placement/open-placement.ts";
import { parseCloud } from "../../../cmd/placement/parse-cloud.ts";
import { PLACEMENT_SETTINGS } from "../../../cmd/placement/placement-settings.ts";
import { readCloud } from "../../../cmd/placement/read-cloud.ts";

const AUTH = { auth_url: "https://keystone:5000", username: "vmctl", password: "s3cret", project_name: "service" };
const parse = (cloud: object, name?: string) => parseCloud("c.yaml", { clouds: { one: cloud } }, name);

describe("a clouds.yaml", () => {
  it("gives a user with a password, names in the domain that every Keystone begins with", () => {
    expect(parse({ auth: AUTH, volume_api_version: 3, profile: "x" })).toEqual({
      credentials: {
        authUrl: "https://keystone:5000",
        interface: "public",
        identity: {
          method: "password",
          user: { name: "vmctl", domain: { id: "default" } },
          password: "s3cret",
          scope: { project: { name: "service", domain: { id: "default" } } },
        },
      },
      endpoint: undefined,
      cacert: undefined,
    });
  });

  it("gives ids, domains by name, region, interface, an endpoint and a CA", () => {
    const auth = {
      auth_url: "https://k/v3",
      user_id: "u1",
      password: "p",
      project_name: "s",
      project_domain_name: "D",
    };
    const cloud = { auth, region_name: "North", interface: "internalURL", cacert: "ca.pem" };
    expect(parse({ ...cloud, placement_endpoint_override: "https://p" })).toMatchObject({
      credentials: {
        region: "North",
        interface: "internal",
        identity: { user: { id: "u1" }, scope: { project: { name: "s", domain: { name: "D" } } } },
      },
      endpoint: "https://p",
      cacert: "ca.pem",
    });
    expect(parse({ auth: { ...auth, system_scope: "all" } }).credentials.identity).toMatchObject({ scope: "system" });
  });

  it("gives an application credential by id, or by a user's name for it", () => {
    const secret = { auth_url: "https://k", application_credential_secret: "s" };
    const byId = { ...secret, application_credential_id: "7a" };
    for (const auth_type of [{}, { auth_type: "v3applicationcredential" }])
      expect(parse({ auth: byId, ...auth_type }).credentials.identity).toEqual({
        ...{ method: "application_credential", secret: "s", credential: { id: "7a" } },
      });
    const byName = { ...secret, application_credential_name: "vmctl", user_id: "u" };
    expect(parse({ auth: byName }).credentials.identity).toMatchObject({
      credential: { name: "vmctl", user: { id: "u" } },
    });
  });

  it.each<[string, object, string]>([
    ["no auth", {}, "c.yaml: clouds.one.auth: a map expected"],
    [
      "a word it does not know",
      { auth: { ...AUTH, passwort: "x" } },
      `unknown field "passwort"; did you mean "password"?`,
    ],
    ["no password", { auth: { ...AUTH, password: undefined } }, "clouds.one.auth.password: a text expected"],
    ["an empty password", { auth: { ...AUTH, password: "" } }, "clouds.one.auth.password is missing"],
    ["no project", { auth: { ...AUTH, project_name: "" } }, "clouds.one.auth.project_name is missing"],
    ["no Keystone", { auth: { ...AUTH, auth_url: "keystone" } }, "auth_url: the URL of a Keystone expected"],
    ["another way in", { auth: AUTH, auth_type: "v3oidcpassword" }, "auth_type: password, v3password, v3applic"],
    ["another interface", { auth: AUTH, interface: "outside" }, "interface: public, internal, admin expected"],
    ["no verification", { auth: AUTH, verify: false }, "verify: certificates are always verified"],
    ["half a scope", { auth: { ...AUTH, system_scope: "some" } }, `system_scope: "all" expected`],
    ["half a credential", { auth: { auth_url: "https://k", application_credential_secret: "s" } }, "_id is missing"],
  ])("with %s is refused", (_, cloud, message) => {
    expect(() => parse(cloud)).toThrow(message);
  });

  it("with several clouds wants to know which", () => {
    const clouds = { north: { auth: AUTH }, south: { auth: AUTH } };
    expect(() => parseCloud("c.yaml", { clouds }, undefined)).toThrow("2 clouds (north, south): say which");
    expect(() => parseCloud("c.yaml", { clouds }, "nort")).toThrow(`no cloud "nort"; did you mean "north"?`);
    expect(parseCloud("c.yaml", { clouds }, "north").credentials.authUrl).toBe(AUTH.auth_url);
  });
});

describe("settings of Placement", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "vmctl-clouds-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const clouds = async (mode = 0o600, auth: object = AUTH): Promise<string> => {
    const path = join(folder, `clouds-${mode.toString(8)}-${Object.values(auth).join("").length}.yaml`);
    await writeFile(path, JSON.stringify({ clouds: { one: { auth, cacert: "ca.pem" } } }));
    await chmod(path, mode);
    return path;
  };
  const values = (flags: Record<string, unknown>) =>
    resolveSettings(PLACEMENT_SETTINGS, { flags, environment: {} }).values;

  it("read a file with a secret that only its owner or a group may read, paths from where it lies", async () => {
    for (const mode of [0o600, 0o400, 0o640])
      expect((await readCloud(await clouds(mode), "one")).cacert).toBe(join(folder, "ca.pem"));
    for (const mode of [0o644, 0o660, 0o604])
      await expect(readCloud(await clouds(mode), "one")).rejects.toThrow(`has mode 0${mode.toString(8)}: chmod 600`);
    await expect(readCloud(join(folder, "none"), undefined)).rejects.toThrow(
      "cannot read the file that placement-auth",
    );
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["openstack without a Keystone", { placement: "openstack" }, "openstack needs placement-auth"],
    ["a Placement that is no URL", { placement: "placement:8778" }, "embedded, openstack or a URL expected"],
    ["a login without a Placement", { placementAuth: "/x" }, "placement-auth is for an OpenStack Placement"],
  ])("refuse %s", async (_, flags, message) => {
    await expect(placementOpener(values(flags))).rejects.toThrow(message);
  });

  it("refuse to send a secret in the clear, unless that is meant or it stays on this machine", async () => {
    const open = async (auth_url: string, insecurePlacement = false) => {
      const placementAuth = await clouds(0o600, { ...AUTH, auth_url });
      await writeFile(join(folder, "ca.pem"), "");
      return placementOpener(values({ placement: "openstack", placementAuth, insecurePlacement }));
    };
    await expect(open("http://keystone.example/v3")).rejects.toThrow("would send a secret in the clear");
    await expect(open("http://127.0.0.1.example/v3")).rejects.toThrow("in the clear");
    await open("http://keystone.example/v3", true);
    for (const url of ["https://keystone.example", "http://localhost:5000", "http://[::1]:5000", "http://127.0.0.1"])
      await open(url);
  });
});
