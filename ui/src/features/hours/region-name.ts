// What a part of a country is called in the language of who looks; as it calls itself where nobody says otherwise.
import i18next from "i18next";

export type Region = { code: string; name: string };

export function regionName(country: string, { code, name }: Region): string {
  const key = `hours:regions.${country}.${code}`;
  return i18next.exists(key) ? i18next.t(key as "hours:regions.DE.BY") : name;
}

/** By the names that are shown. */
export function regionsByName(country: string, regions: readonly Region[]): Region[] {
  return regions
    .map(({ code, name }) => ({ code, name: regionName(country, { code, name }) }))
    .sort((a, b) => a.name.localeCompare(b.name));
}
