import type { Command } from "commander";
import { addClientFlags } from "../connection/client-flags.ts";

export interface RunFlags {
  readonly name?: string;
  readonly dryRun?: string | true;
  readonly output?: string;
  readonly fieldManager?: string;
}

const EXAMPLES = `
Examples:
  vmctl run 'resources=VCPU:1,DISK_GB:1,MEMORY_MB:256'
  vmctl run 'resources=VCPU:2,MEMORY_MB:1024,DISK_GB:10&required=CUSTOM_SSD' https://images.example.net/cirros.img --name web-1
  vmctl run 'resources=VCPU:1,DISK_GB:1,MEMORY_MB:256' --dry-run=client -o yaml > web-1.yaml

The request is etcd-compute's (a query to Placement). It becomes a manifest, which is applied as \`vmctl apply\` does; a part
that a manifest cannot say is refused by name. What is not asked for has its default: the default Image, 1 vCPU,
512Mi of memory, 2Gi of disk.`;

export function registerRun(program: Command): void {
  const command = program
    .command("run <request> [image-url]")
    .description("Make an instance from etcd-compute's form of a request; new ones are better written as manifests.")
    .option("--name <name>", "name of the instance (default: run- and eight random digits)")
    .option("--dry-run [mode]", "client: say what would be applied, ask no cluster")
    .option("-o, --output <format>", "with --dry-run=client: yaml, json or name")
    .option("--field-manager <name>", "under whose name fields are set (default: the user of the certificate)")
    .addHelpText("after", EXAMPLES)
    .action(async (request: string, imageUrl: string | undefined, flags: RunFlags, self: Command) => {
      const { runRun } = await import("./run.ts");
      await runRun({ request, imageUrl }, flags, self);
    });
  addClientFlags(command);
}
