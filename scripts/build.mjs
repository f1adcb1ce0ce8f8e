// npm run build: installs what is missing and builds the addon, index.js and index.d.ts.
import { build } from "./setup.mjs";

build();
