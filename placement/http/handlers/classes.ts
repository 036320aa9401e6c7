import { Type } from "typebox";
import { createClass, deleteClass, ensureClass, renameClass } from "../../engine/changes/classes.ts";
import { unknownClass } from "../../engine/changes/inventories.ts";
import { badRequest, notFound } from "../../engine/problems.ts";
import { STANDARD_CLASSES } from "../../standard-classes.ts";
import { schemaProblem } from "../../validation/schema-problem.ts";
import { done, shown } from "../answer.ts";
import type { PlacementRequest } from "../request.ts";
import type { Handler } from "../route.ts";
import { closed } from "../schemas/closed-object.ts";

const ClassName = closed({ name: Type.String({ pattern: "^CUSTOM_[A-Z0-9_]+$", maxLength: 255 }) });

const urlOf = (name: string): string => `/resource_classes/${name}`;
const shownClass = (name: string): object => ({ name, links: [{ rel: "self", href: urlOf(name) }] });
const nameIn = (request: PlacementRequest): string => request.json<{ name: string }>(ClassName).name;

export const getClasses: Handler = (_, { state }) =>
  shown({ resource_classes: [...STANDARD_CLASSES, ...state.customClasses()].map(shownClass) });

export const getClass: Handler = (request, { state }) => {
  const name = request.path("name");
  if (!state.knowsClass(name)) throw notFound(unknownClass(name));
  return shown(shownClass(name));
};

export const postClass: Handler = async (request, backend) => {
  const name = nameIn(request);
  await backend.write((state) => ({ changes: createClass(state, name), result: undefined }));
  return { status: 201, location: urlOf(name) };
};

/** Renames below 1.7; from there makes sure, without a body, that there is such a class. */
export const putClass: Handler = (request, backend) =>
  request.version < 7 ? renamed(request, backend) : ensured(request, backend);

const renamed: Handler = async (request, backend) => {
  const next = nameIn(request);
  await backend.write((state) => ({ changes: renameClass(state, request.path("name"), next), result: undefined }));
  return { status: 200, body: shownClass(next) };
};

const ensured: Handler = async (request, backend) => {
  const name = request.path("name");
  const problem = schemaProblem(ClassName, { name });
  if (problem !== undefined) throw badRequest(`JSON does not validate: ${problem}`);
  const isNew = await backend.write((state) => {
    const changes = ensureClass(state, name);
    return { changes, result: changes.length > 0 };
  });
  return { status: isNew ? 201 : 204, location: urlOf(name) };
};

export const removeClass: Handler = async (request, backend) => {
  await backend.write((state) => ({ changes: deleteClass(state, request.path("name")), result: undefined }));
  return done;
};
