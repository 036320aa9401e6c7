import { StoreError } from "../../store/store-error.ts";

/** The StoreError a call fails with; anything else, success included, fails the test. */
export async function failureOf(call: Promise<unknown>): Promise<StoreError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  throw new Error("the call succeeded");
}
