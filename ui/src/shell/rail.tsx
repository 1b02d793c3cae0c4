// The navigation at the left: the mark, the search, the screens.
import { Search } from "lucide-react";
import { Fragment } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import mark from "../../../assets/mark.svg";
import { KeyHint, Tooltip } from "../design";
import { newMessages } from "../features/voicemail/boxes";
import { useLiveValue, useOffice } from "../live/select";
import { mayAct, useOwnPerson, useSession } from "../live/session";
import { showPalette } from "./palette";
import { SCREENS, type Screen } from "./screens";
import "./rail.css";

/** The screens that who is signed in may see, in their order. */
export function visibleScreens(): readonly Screen[] {
  const now = useSession.getState();
  return now.state === "signedIn" ? SCREENS.filter(({ least }) => mayAct(now.session.role, least)) : [];
}

export function Rail() {
  const { t } = useTranslation(["shell", "common"]);
  const [path] = useLocation();
  const office = useOffice();
  const name = office?.name || t("common:product");
  // By its colour the window of one of several offices is told from the others.
  const colour = office?.accent && { boxShadow: `inset 3px 0 0 ${office.accent}` };
  useSession();
  return (
    <nav className="rail" aria-label={t("regions.navigation")} data-region="">
      <div className="rail-office" title={name} style={colour || undefined}>
        <img src={mark} alt="" width={22} height={22} />
        <span className="cut">{name}</span>
      </div>
      <Tooltip text={t("search")} keys="Ctrl+K" placement="right">
        <Button className="rail-search" onPress={showPalette}>
          <Search size={15} strokeWidth={1.75} aria-hidden="true" />
          <span>{t("search")}</span>
          <KeyHint keys="Ctrl+K" />
        </Button>
      </Tooltip>
      <ul>
        {visibleScreens().map((screen, place, all) => (
          <Fragment key={screen.id}>
            {place > 0 && all[place - 1]?.group !== screen.group && (
              <li className="rail-line" aria-hidden="true" />
            )}
            <li>
              <RailLink screen={screen} isHere={isHere(screen, path)} />
            </li>
          </Fragment>
        ))}
      </ul>
    </nav>
  );
}

function RailLink({ screen, isHere }: { screen: Screen; isHere: boolean }) {
  const { t } = useTranslation(["shell", "common"]);
  const { icon: Icon } = screen;
  const name = t(`screens.${screen.id}`);
  return (
    <Link href={screen.path} className="rail-link" aria-current={isHere ? "page" : undefined} title={name}>
      <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
      <span>{name}</span>
      {screen.id === "voicemail" && <NewMessages />}
    </Link>
  );
}

function NewMessages() {
  const { t } = useTranslation("voicemail");
  const own = useOwnPerson();
  const count = useLiveValue((live) => newMessages(live.mailboxes.values(), own));
  if (count === 0) return null;
  return (
    <b className="rail-count" title={t("newCount", { count })}>
      <span aria-hidden="true">{count > MOST_COUNTED ? `${MOST_COUNTED}+` : count}</span>
      <span className="unseen">{t("newCount", { count })}</span>
    </b>
  );
}

const MOST_COUNTED = 99;

export function isHere(screen: Screen, path: string): boolean {
  return screen.path === "/" ? path === "/" : path === screen.path || path.startsWith(`${screen.path}/`);
}
