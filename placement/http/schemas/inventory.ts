import { Type } from "typebox";
import { MAX_RATIO } from "../../../resources/placement-words.ts";
import type { Inventory } from "../../placement.ts";
import { closed, Generation, MAX_INT, NAME_KEY } from "./closed-object.ts";

/** An inventory as clients write it: all but the total has a default. */
export interface InventoryBody {
  readonly total: number;
  readonly reserved?: number;
  readonly min_unit?: number;
  readonly max_unit?: number;
  readonly step_size?: number;
  readonly allocation_ratio?: number;
}

const amount = (minimum: number) => Type.Integer({ maximum: MAX_INT, minimum });

const FIELDS = {
  total: amount(1),
  reserved: Type.Optional(amount(0)),
  min_unit: Type.Optional(amount(1)),
  max_unit: Type.Optional(amount(1)),
  step_size: Type.Optional(amount(1)),
  allocation_ratio: Type.Optional(Type.Number({ maximum: MAX_RATIO })),
};

/** `POST …/inventories`. A generation may be said and is not asked for. */
export const NewInventory = closed({
  ...FIELDS,
  resource_provider_generation: Type.Optional(Generation),
  resource_class: Type.String({ pattern: NAME_KEY }),
});
export interface NewInventoryBody extends InventoryBody {
  readonly resource_class: string;
}

/** `PUT …/inventories/{class}` */
export const OneInventory = closed({ ...FIELDS, resource_provider_generation: Generation });
export interface OneInventoryBody extends InventoryBody {
  readonly resource_provider_generation: number;
}

/** `PUT …/inventories`, and each provider of a reshape. */
export const AllInventories = closed({
  resource_provider_generation: Generation,
  inventories: {
    type: "object",
    patternProperties: { [NAME_KEY]: closed({ ...FIELDS, resource_provider_generation: Type.Optional(Generation) }) },
  },
});
export interface AllInventoriesBody {
  readonly resource_provider_generation: number;
  readonly inventories: Readonly<Record<string, InventoryBody>>;
}

/** With the defaults in place. */
export const inventoryOf = (body: InventoryBody): Inventory => ({
  total: body.total,
  reserved: body.reserved ?? 0,
  minUnit: body.min_unit ?? 1,
  maxUnit: body.max_unit ?? MAX_INT,
  stepSize: body.step_size ?? 1,
  allocationRatio: body.allocation_ratio ?? 1,
});

export const inventoriesOf = (bodies: Readonly<Record<string, InventoryBody>>): Readonly<Record<string, Inventory>> =>
  Object.fromEntries(Object.entries(bodies).map(([name, body]) => [name, inventoryOf(body)]));
