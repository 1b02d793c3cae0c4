// The screen of call flows: the list, and the builder of one of them.
import { lazy, Suspense } from "react";
import { Route, Switch } from "wouter";
import { Waiting } from "../../design";
import { FlowsList } from "./list/flows-list";

const Builder = lazy(() => import("./builder"));

export default function Screen() {
  return (
    <Suspense fallback={<Waiting />}>
      <Switch>
        <Route path="/flows/:id/calls/:call">
          {({ id, call }) => <Builder key={`${id}/${call}`} id={Number(id)} call={Number(call)} />}
        </Route>
        <Route path="/flows/:id">{({ id }) => <Builder key={id} id={Number(id)} />}</Route>
        <Route>
          <FlowsList />
        </Route>
      </Switch>
    </Suspense>
  );
}
