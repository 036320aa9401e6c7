import { defineSettings } from "../config/setting.ts";

/** Which trial control plane is meant: what `up` and `down` share. */
export const PLACE_SETTINGS = defineSettings({
  data: {
    type: "string",
    placeholder: "DIR",
    description:
      "where everything of this control plane is (default: /var/lib/vmctl/up; for simulated ones, without root, vmctl/up in ~/.local/state)",
  },
});

/** What of `vmctl up` is remembered in the data directory, so that a later `up` needs no flags. */
export const REMEMBERED_SETTINGS = defineSettings({
  name: {
    type: "string",
    placeholder: "NAME",
    description: "name of this machine's hypervisor (default: the host name)",
  },
  simulated: {
    type: "integer",
    minimum: 1,
    placeholder: "N",
    description: "instead of this machine's libvirt so many simulated hypervisors; needs neither libvirt nor root",
  },
  uri: { type: "string", default: "qemu:///system", placeholder: "URI", description: "libvirt URI" },
  "libvirt-socket": {
    type: "string",
    placeholder: "FILE",
    description: "libvirt's socket (default: what answers, else one is started)",
  },
  "pool-dir": { type: "string", placeholder: "DIR", description: "where disks and the image cache are" },
  "image-dirs": {
    type: "list",
    default: ["/var/lib/libvirt/images", "/srv"],
    placeholder: "DIR",
    description: "directories that `source.file` of images may name, besides images/ of the data directory",
  },
  placement: {
    type: "string",
    default: "embedded",
    placeholder: "embedded|URL",
    description: "the embedded engine, or an OpenStack Placement by URL",
  },
  "placement-token": {
    type: "string",
    default: "admin",
    secret: true,
    placeholder: "TOKEN",
    description: "token for an OpenStack Placement",
  },
  "context-name": {
    type: "string",
    default: "local",
    placeholder: "NAME",
    description: "name of the context that is written (with --simulated: simulated)",
  },
});

export const UP_SETTINGS = defineSettings({
  ...PLACE_SETTINGS,
  ...REMEMBERED_SETTINGS,
  foreground: {
    type: "boolean",
    default: false,
    description: "stay in the foreground; Ctrl-C stops the control plane",
  },
  timeout: { type: "duration", default: "2m", placeholder: "TIME", description: "how long to wait until it is ready" },
});
