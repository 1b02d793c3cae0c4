// The way in for who comes over the network, or without a ticket.
import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import mark from "../../../assets/mark.svg";
import { Button, Notice, TextField } from "../design";
import { Refused } from "../live/api";
import { signIn } from "../live/session";
import { sentence } from "../text/refusal";
import "./door.css";

export function SignIn() {
  const { t } = useTranslation("shell");
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await signIn(login, password);
    } catch (error) {
      const mismatch = error instanceof Refused && error.status === 401;
      setProblem(mismatch ? t("signIn.failed") : sentence(error));
      setBusy(false);
    }
  };

  return (
    <main className="door">
      <div className="door-card">
        <img src={mark} alt="" width={40} height={40} />
        <div>
          <h1>{t("signIn.title")}</h1>
          <p className="quiet">{t("signIn.lead")}</p>
        </div>
        {problem && <Notice severity="problem">{problem}</Notice>}
        <Form onSubmit={submit}>
          <TextField
            label={t("signIn.login")}
            value={login}
            onChange={setLogin}
            autoComplete="username"
            autoFocus
            isRequired
          />
          <TextField
            label={t("signIn.password")}
            value={password}
            onChange={setPassword}
            type="password"
            autoComplete="current-password"
            isRequired
          />
          <Button type="submit" tone="accent" isDisabled={busy}>
            {t("signIn.submit")}
          </Button>
        </Form>
        <section className="door-here">
          <h2>{t("signIn.here")}</h2>
          <p className="quiet">{t("signIn.hereHow")}</p>
          <code>{t("signIn.command")}</code>
        </section>
      </div>
    </main>
  );
}
