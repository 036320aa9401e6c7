import { type Static, Type } from "typebox";
import { AFFINITY_FIELDS } from "./affinity.ts";
import { Architecture, Checksum, Credentials, Firmware, ImageFormat, ImageSource } from "./image-source.ts";
import { CLOUD_INIT_LIMIT, instanceProblems } from "./instance-rules.ts";
import { INSTANCE_CONDITION, InstanceStatus } from "./instance-status.ts";
import type { KindInfo } from "./kinds.ts";
import { Resources } from "./machine-size.ts";
import { LABEL_KEY_PATTERN, LABEL_VALUE_PATTERN, NAME_PATTERN, Name } from "./meta.ts";
import { Aggregates, PLACEMENT_FIELDS, type ResourceGroup, Traits } from "./placement-words.ts";
import { REASON_COLUMN } from "./ready-column.ts";
import { SECRET_KEY_PATTERN } from "./secret.ts";
import { TOLERATIONS, type Toleration } from "./taint.ts";

const closed = { additionalProperties: false } as const;
/** Kubernetes' bound for priorities that users give. */
const MAX_PRIORITY = 1_000_000_000;

export const RunStrategy = Type.Union(
  ["Always", "RerunOnFailure", "Manual", "Once", "Halted"].map((name) => Type.Literal(name)),
  {
    effect: "live",
    default: "Always",
    description:
      "Always: kept running; RerunOnFailure: restarted after a failure, not after the guest's own poweroff; " +
      "Manual: only by start and stop; Once: started once; Halted: kept off",
  },
);
export type RunStrategyName = "Always" | "RerunOnFailure" | "Manual" | "Once" | "Halted";

export const Interface = Type.Object(
  {
    name: Type.String({
      pattern: NAME_PATTERN,
      maxLength: 63,
      description: "unique within the instance; the address follows from it",
    }),
    network: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 63,
        description: "a libvirt network of the host; neither network nor bridge: vmctl0",
      }),
    ),
    bridge: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9_.-]{1,15}$", description: "a bridge of the host" })),
    mac: Type.Optional(
      Type.String({
        pattern: "^([0-9a-f]{2}:){5}[0-9a-f]{2}$",
        description: "absent: 52:54:00 and three bytes that follow from uid and interface name",
      }),
    ),
    addresses: Type.Optional(
      Type.Array(Type.String({ minLength: 4, maxLength: 49 }), {
        effect: "guestConfig",
        listType: "set",
        description:
          "static addresses with prefix length (192.0.2.7/24), on vmctl's own network from .2 to .49; absent: DHCP",
      }),
    ),
  },
  closed,
);
export type Interface = Static<typeof Interface>;

const cloudInitText = (description: string) => Type.Optional(Type.String({ maxLength: CLOUD_INIT_LIMIT, description }));

export const InstanceSpec = Type.Object(
  {
    runStrategy: Type.Optional(RunStrategy),
    flavor: Type.Optional({
      ...Name,
      effect: "restart",
      description: "a Flavor: what this spec says of resources itself counts more, traits are added",
    }),
    resources: Type.Optional(Resources),
    image: Type.Optional(
      Type.Union(
        [
          Type.Object({ name: Name }, closed),
          Type.Object(
            {
              source: ImageSource,
              checksum: Type.Optional(Checksum),
              format: Type.Optional(ImageFormat),
              architecture: Type.Optional(Architecture),
              firmware: Type.Optional(Firmware),
              credentials: Type.Optional(Credentials),
            },
            closed,
          ),
        ],
        { effect: "recreate", description: "an Image by name, or a source of its own; absent: the default Image" },
      ),
    ),
    interfaces: Type.Optional(
      Type.Array(Interface, {
        effect: "restart",
        listType: "map",
        listMapKeys: ["name"],
        maxItems: 16,
        description: "absent or empty: one, called default, on vmctl0",
      }),
    ),
    sshKeys: Type.Optional(
      Type.Array(Type.String({ pattern: "^[!-~]+ [!-~]+( [ -~]*)?$", maxLength: 16384 }), {
        effect: "guestConfig",
        listType: "set",
        maxItems: 64,
        description: "OpenSSH public keys; offered to the guest as meta-data, userData stays as it is",
      }),
    ),
    cloudInit: Type.Optional(
      Type.Object(
        {
          userData: cloudInitText("user-data, byte for byte"),
          userDataFrom: Type.Optional(
            Type.Object(
              {
                secret: { ...Name, description: "of the instance's namespace" },
                key: Type.Optional(
                  Type.String({ pattern: SECRET_KEY_PATTERN, default: "userData", description: "in its spec.data" }),
                ),
              },
              { ...closed, description: "user-data from a Secret, instead of userData" },
            ),
          ),
          networkConfig: cloudInitText("network-config; absent: made from interfaces"),
          vendorData: cloudInitText("vendor-data"),
        },
        { ...closed, effect: "guestConfig", description: "NoCloud texts, together at most 64 KiB" },
      ),
    ),
    hostname: Type.Optional(
      Type.String({ pattern: NAME_PATTERN, maxLength: 63, effect: "restart", description: "default: metadata.name" }),
    ),
    traits: Type.Optional(Traits),
    aggregates: Type.Optional(Aggregates),
    ...PLACEMENT_FIELDS,
    hypervisorSelector: Type.Optional(
      Type.Record(Type.String({ pattern: LABEL_KEY_PATTERN }), Type.String({ pattern: LABEL_VALUE_PATTERN }), {
        ...closed,
        effect: "bound",
        description: "labels the Hypervisor must carry",
      }),
    ),
    hypervisor: Type.Optional(
      Type.String({ pattern: NAME_PATTERN, effect: "bound", description: "pin to one Hypervisor; never set by vmctl" }),
    ),
    ...AFFINITY_FIELDS,
    tolerations: Type.Optional(TOLERATIONS),
    schedulingStrategy: Type.Optional(
      Type.Union([Type.Literal("Spread"), Type.Literal("Pack")], {
        default: "Spread",
        effect: "bound",
        description: "Spread: the emptiest host; Pack: the fullest that has room",
      }),
    ),
    priority: Type.Optional(
      Type.Integer({
        minimum: -MAX_PRIORITY,
        maximum: MAX_PRIORITY,
        default: 0,
        effect: "bound",
        description: "of those that wait for a host, higher ones go first; nothing that runs gives way",
      }),
    ),
    updatePolicy: Type.Optional(
      Type.Object(
        {
          recreate: Type.Optional(
            Type.Union([Type.Literal("Never"), Type.Literal("OnChange")], {
              default: "Never",
              description: "OnChange: a change that needs a new disk makes one, what was on the old one is lost",
            }),
          ),
          flavor: Type.Optional(
            Type.Union([Type.Literal("Never"), Type.Literal("OnChange")], {
              default: "Never",
              description:
                "OnChange: a change of its Flavor is one of this instance; Never: it keeps what it was made with",
            }),
          ),
        },
        { ...closed, effect: "live" },
      ),
    ),
    terminationGracePeriodSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 3600,
        default: 30,
        effect: "live",
        description: "between asking the guest to power off and switching it off",
      }),
    ),
    deletionProtection: Type.Optional(
      Type.Boolean({ default: false, effect: "live", description: "true: delete is refused" }),
    ),
    failover: Type.Optional(
      Type.Union([Type.Literal("Never"), Type.Literal("Restart")], {
        effect: "live",
        default: "Never",
        description: "Restart is refused until fencing is built",
      }),
    ),
    description: Type.Optional(Type.String({ maxLength: 1024, effect: "live", description: "for people" })),
  },
  closed,
);
export type InstanceSpec = Omit<
  Static<typeof InstanceSpec>,
  "runStrategy" | "resources" | "resourceGroups" | "tolerations"
> & {
  runStrategy?: RunStrategyName;
  resources?: InstanceResources;
  resourceGroups?: ResourceGroup[];
  tolerations?: Toleration[];
};
export interface InstanceResources {
  vcpu?: number;
  memory?: string | number;
  disk?: string | number;
  [customClass: `CUSTOM_${string}`]: number;
}

export const Instance: KindInfo = {
  kind: "Instance",
  plural: "instances",
  singular: "instance",
  shortNames: ["inst", "vm"],
  categories: ["all"],
  namespaced: true,
  spec: InstanceSpec,
  status: InstanceStatus,
  rules: (spec) => instanceProblems(spec as InstanceSpec),
  conditions: INSTANCE_CONDITION,
  columns: [
    { heading: "PHASE", path: "status.phase" },
    { heading: "HYPERVISOR", path: "status.hypervisor" },
    { heading: "IP", path: "status.addresses.0.ip" },
    REASON_COLUMN,
    { heading: "UID", path: "metadata.uid", wide: true },
    { heading: "IMAGE", path: "spec.image", wide: true },
    { heading: "GENERATION", path: "metadata.generation", wide: true },
  ],
  description: "A virtual machine.",
};
