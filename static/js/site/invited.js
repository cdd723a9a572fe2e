/** Shows what is meant for who has opened an invitation and not come in yet: `[data-invited]`. */

import { kept } from "./invitation.js";

if (kept())
  for (const part of document.querySelectorAll("[data-invited]")) part.removeAttribute("hidden");
