// The builder of one flow.
export default function Builder({ id }: { id: number; call?: number }) {
  return <p>{id}</p>;
}
