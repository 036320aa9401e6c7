// Bits and small numbers of libvirt's public headers (virDomain…Flags). Or them together; 0 is always allowed.

export const listDomains = {
  active: 1,
  inactive: 2,
  persistent: 4,
  transient: 8,
  running: 16,
  paused: 32,
  shutoff: 64,
  autostart: 1024,
} as const;

export const createDomain = { paused: 1, autodestroy: 2, bypassCache: 4, forceBoot: 8, validate: 16 } as const;

export const defineDomain = { validate: 1 } as const;

export const xmlDesc = { secure: 1, inactive: 2, updateCpu: 4, migratable: 8 } as const;

/** The way the guest is asked; 0 leaves the choice to the driver. The same bits for shutdown and reboot. */
export const askGuest = { acpi: 1, guestAgent: 2, initctl: 4, signal: 8, paravirt: 16 } as const;

/** Graceful: SIGTERM only, and an error instead of SIGKILL if QEMU does not go. */
export const destroyDomain = { graceful: 1, removeLogs: 2 } as const;

export const undefineDomain = {
  managedSave: 1,
  snapshotsMetadata: 2,
  nvram: 4,
  keepNvram: 8,
  checkpointsMetadata: 16,
  tpm: 32,
  keepTpm: 64,
} as const;

/** Which of a domain's two definitions: current = live if it runs, config if not. */
export const affect = { current: 0, live: 1, config: 2 } as const;

export const metadataType = { description: 0, title: 1, element: 2 } as const;

export const addressSource = { lease: 0, agent: 1, arp: 2 } as const;

export const blockResize = { bytes: 1, capacity: 2 } as const;

export const domainStats = { state: 1, cpu: 2, balloon: 4, vcpu: 8, interface: 16, block: 32 } as const;
