// Who may sign in, and what they may do.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Role, UserEdit, UserView } from "../../bindings/api";
import {
  AlertDialog,
  Badge,
  Button,
  ComboBox,
  Dialog,
  IconButton,
  Notice,
  RadioGroup,
  TextField,
  Waiting,
} from "../../design";
import { api, Refused } from "../../live/api";
import { useNow } from "../../live/clock";
import { usePeople } from "../../live/select";
import { mayAct, useSession } from "../../live/session";
import { tell, tellRefused } from "../../live/toasts";
import { moment } from "../../text/format";
import { fieldError, sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { SettingRow } from "./setting-row";

const ROLES: readonly Role[] = ["staff", "receptionist", "admin", "owner"];

export function Users() {
  const { t } = useTranslation(["settings", "common"]);
  const users = useQuery({ queryKey: ["users"], queryFn: api.users });
  const [edited, setEdited] = useState<UserView | "new" | null>(null);
  const [leaving, setLeaving] = useState<UserView | null>(null);
  return (
    <SettingRow
      id="users"
      note={t("items.users.note")}
      below={
        <>
          {users.error && <Notice severity="problem">{sentence(users.error)}</Notice>}
          {users.isPending && <Waiting />}
          {users.data?.length === 0 && <p className="quiet">{t("users.empty")}</p>}
          {users.data && users.data.length > 0 && (
            <ul className="user-list" aria-label={t("users.table")}>
              {users.data.map((user) => (
                <UserLine
                  key={user.id}
                  user={user}
                  onEdit={() => setEdited(user)}
                  onRemove={() => setLeaving(user)}
                />
              ))}
            </ul>
          )}
          {edited && (
            <UserDialog
              key={edited === "new" ? "new" : edited.id}
              user={edited === "new" ? null : edited}
              onClose={() => setEdited(null)}
            />
          )}
          {leaving && <RemoveUser user={leaving} onClose={() => setLeaving(null)} />}
        </>
      }
    >
      <Button icon={Plus} onPress={() => setEdited("new")}>
        {t("users.add")}
      </Button>
    </SettingRow>
  );
}

function UserLine(props: { user: UserView; onEdit: () => void; onRemove: () => void }) {
  const { user, onEdit, onRemove } = props;
  const { t } = useTranslation("settings");
  const now = useNow(60_000);
  const person = usePeople().get(user.person ?? -1);
  const may = useMayMake(user.role);
  const login = visible(user.login);
  return (
    <li className="user-line">
      <div className="row-words">
        <bdi>{login}</bdi> <Badge>{t(`users.roles.${user.role}`)}</Badge>
        <div className="row-note">
          {person && (
            <>
              <bdi>{visible(person.name)}</bdi>
              {" · "}
            </>
          )}
          {t("users.lastSignIn")}:{" "}
          {user.lastSignIn === null ? t("users.never") : moment(user.lastSignIn, now)}
        </div>
      </div>
      <IconButton icon={Pencil} label={t("users.edit", { login })} onPress={onEdit} isDisabled={!may} />
      <IconButton icon={Trash2} label={t("users.remove", { login })} onPress={onRemove} isDisabled={!may} />
    </li>
  );
}

function UserDialog({ user, onClose }: { user: UserView | null; onClose: () => void }) {
  const { t } = useTranslation(["settings", "common"]);
  const queries = useQueryClient();
  const [edit, setEdit] = useState<UserEdit>({
    login: user?.login ?? "",
    role: user?.role ?? "staff",
    person: user?.person ?? null,
    password: null,
  });
  const set = (change: Partial<UserEdit>) => setEdit((before) => ({ ...before, ...change }));
  const save = useMutation({
    mutationFn: () => (user ? api.editUser(user.id, user.revision, edit) : api.addUser(edit)),
    onSuccess: ({ login }) => {
      void queries.invalidateQueries({ queryKey: ["users"] });
      void queries.invalidateQueries({ queryKey: ["lan"] });
      tell({ text: t(user ? "users.told.edited" : "users.told.added", { login: visible(login) }) });
      onClose();
    },
    onError: (error) => {
      // Somebody else changed the user: what they are now is shown behind the dialog.
      if (error instanceof Refused && error.status === 412) {
        void queries.invalidateQueries({ queryKey: ["users"] });
      }
    },
  });
  const isFieldError = ["login", "password", "person"].some((field) => fieldError(save.error, field));
  const people = usePeople();
  const nobody = { id: "none", label: t("users.noPerson") };
  const persons = [...people.values()]
    .sort((a, b) => a.name.localeCompare(b.name))
    .map(({ id, name, extension }) => ({
      id: String(id),
      label: visible(name),
      ...(extension ? { description: extension } : {}),
    }));
  return (
    <Dialog
      title={user ? t("users.edit", { login: visible(user.login) }) : t("users.add")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          <Button tone="accent" type="submit" form="user-form" isDisabled={save.isPending}>
            {user ? t("common:save") : t("common:add")}
          </Button>
        </>
      }
    >
      <form
        id="user-form"
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        {save.error && !isFieldError && <Notice severity="problem">{sentence(save.error)}</Notice>}
        <TextField
          label={t("users.login")}
          description={t("users.loginNote")}
          value={edit.login}
          onChange={(login) => set({ login })}
          autoComplete="off"
          autoFocus={!user}
          error={fieldError(save.error, "login")}
        />
        <TextField
          label={t(user ? "users.newPassword" : "users.password")}
          description={
            user ? `${t("users.passwordKept")} ${t("users.passwordNote")}` : t("users.passwordNote")
          }
          type="password"
          autoComplete="new-password"
          value={edit.password ?? ""}
          onChange={(password) => set({ password: password || null })}
          error={fieldError(save.error, "password")}
        />
        <RoleChoice value={edit.role} onChange={(role) => set({ role })} />
        <ComboBox
          label={t("users.person")}
          description={t("users.personNote")}
          options={[nobody, ...persons]}
          value={edit.person === null ? nobody.id : String(edit.person)}
          onChange={(id) => set({ person: id === nobody.id ? null : Number(id) })}
          error={fieldError(save.error, "person")}
        />
      </form>
    </Dialog>
  );
}

function RoleChoice({ value, onChange }: { value: Role; onChange: (role: Role) => void }) {
  const { t } = useTranslation("settings");
  const own = useSession((now) => (now.state === "signedIn" ? now.session.role : "staff"));
  return (
    <RadioGroup
      label={t("users.role")}
      // Nobody gives rights they do not have.
      options={ROLES.filter((role) => mayAct(own, role)).map((id) => ({
        id,
        label: t(`users.roles.${id}`),
        description: t(`users.roleNotes.${id}`),
      }))}
      value={value}
      onChange={onChange}
    />
  );
}

function RemoveUser({ user, onClose }: { user: UserView; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const login = visible(user.login);
  const removal = useMutation({
    mutationFn: () => api.removeUser(user.id, user.revision),
    onSuccess: () => tell({ text: t("users.told.removed", { login }) }),
    onError: tellRefused,
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["users"] });
      void queries.invalidateQueries({ queryKey: ["lan"] });
      onClose();
    },
  });
  return (
    <AlertDialog
      title={t("users.confirm.title", { login })}
      isOpen
      onClose={onClose}
      action={t("users.remove", { login })}
      onAction={() => removal.mutate()}
      isBusy={removal.isPending}
      danger
    >
      {t("users.confirm.body")}
    </AlertDialog>
  );
}

/** Whether who is signed in may change somebody of that role. */
function useMayMake(role: Role): boolean {
  return useSession((now) => now.state === "signedIn" && mayAct(now.session.role, role));
}
