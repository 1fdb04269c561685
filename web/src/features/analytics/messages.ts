import { catalogue } from "@/lib/i18n";

import en from "./messages.en.json";
import fr from "./messages.fr.json";

export const analyticsMessages = catalogue(en, fr);
