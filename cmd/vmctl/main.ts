import { vmctl } from "./vmctl.ts";

await vmctl(process.argv.slice(2));
