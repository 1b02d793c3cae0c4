// The words of call flows: the list, the builder, trying out and publishing.
import { flows as english } from "../en/flows";
import type { Same } from "../same";

export const flows: Same<typeof english> = english;
