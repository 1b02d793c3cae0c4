// What is wrong with a field that is made of several.
export function FieldError({ error }: { error: string | undefined }) {
  return error === undefined ? null : (
    <p className="field-error" role="status">
      {error}
    </p>
  );
}
