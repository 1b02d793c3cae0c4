// Every word the user sees, by area: English, which is also the shape of the other languages.
import { audio } from "./audio";
import { board } from "./board";
import { calls } from "./calls";
import { common } from "./common";
import { flows } from "./flows";
import { health } from "./health";
import { hours } from "./hours";
import { lines } from "./lines";
import { mail } from "./mail";
import { modes } from "./modes";
import { now } from "./now";
import { offices } from "./offices";
import { outside } from "./outside";
import { people } from "./people";
import { problems } from "./problems";
import { recordings } from "./recordings";
import { rooms } from "./rooms";
import { settings } from "./settings";
import { setup } from "./setup";
import { shell } from "./shell";
import { voicemail } from "./voicemail";

export const en = {
  audio,
  board,
  calls,
  common,
  flows,
  health,
  hours,
  lines,
  mail,
  modes,
  now,
  offices,
  outside,
  people,
  problems,
  recordings,
  rooms,
  settings,
  setup,
  shell,
  voicemail,
};
