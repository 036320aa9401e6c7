import { describeHypervisor } from "../../conformance/hypervisor.ts";
import { startLibvirtWorld } from "./libvirt-world.ts";

const differences = { outlives: true, crashes: true, transient: true, bootSeconds: 15 };

describeHypervisor("libvirt with QEMU (TCG)", differences, () => startLibvirtWorld("qemu"));
