// The coin an office counts in, by its country.
import { locale } from "../../text";

const EURO = "EUR";
const COINS: Readonly<Record<string, string>> = {
  GB: "GBP",
  US: "USD",
  CA: "CAD",
  AU: "AUD",
  NZ: "NZD",
  CH: "CHF",
  LI: "CHF",
  SE: "SEK",
  NO: "NOK",
  DK: "DKK",
  IS: "ISK",
  PL: "PLN",
  CZ: "CZK",
  HU: "HUF",
  RO: "RON",
  JP: "JPY",
  CN: "CNY",
  IN: "INR",
  BR: "BRL",
  MX: "MXN",
  ZA: "ZAR",
  TR: "TRY",
  IL: "ILS",
  SG: "SGD",
  HK: "HKD",
  KR: "KRW",
  AE: "AED",
};

export function currencyOf(country: string | null | undefined): string {
  return COINS[country ?? ""] ?? EURO;
}

/** Hundredths of the smallest coin as people write money. */
export function money(value: number, currency: string): string {
  return new Intl.NumberFormat(locale(), { style: "currency", currency }).format(value / 10_000);
}
