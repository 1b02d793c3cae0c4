// A server in one field: its name or address, and its port if there is one.
import { useState } from "react";
import type { SipPlace } from "../../bindings/api";
import { Text } from "./fields";

const WITH_PORT = /^(\[[^\]]+\]|[^:]+):(\d+)$/;

/** Shows `host` or `host:port`; without a port the name service says. An emptied field is an empty host. */
export function PlaceField(props: {
  label: string;
  description?: string;
  /** Where the engine has it, such as `server.`. */
  path: string;
  value: SipPlace | null;
  onChange: (place: SipPlace) => void;
}) {
  const { value, onChange, ...words } = props;
  const [host, setHost] = useState(() => written(value));
  return (
    <Text
      {...words}
      code
      of="host"
      edit={{ host }}
      set={({ host: typed = "" }) => {
        setHost(typed);
        const [, name = typed.trim(), port] = WITH_PORT.exec(typed.trim()) ?? [];
        onChange({ host: name, port: port ? Number(port) : null, transport: value?.transport ?? "auto" });
      }}
    />
  );
}

function written(place: SipPlace | null): string {
  if (!place) return "";
  if (place.port === null) return place.host;
  // The colons of an address must not be taken for that of the port.
  return place.host.includes(":") ? `[${place.host}]:${place.port}` : `${place.host}:${place.port}`;
}
