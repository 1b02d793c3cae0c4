// The pieces every screen is made of.
export { Button, type ButtonProps, IconButton } from "./button";
export { Checkbox, ComboBox, type Option, RadioGroup, Select, Switch } from "./choice";
export { ColourField } from "./colour";
export { NumberField, SearchField, TextField } from "./field";
export { KeyHint } from "./key-hint";
export { Facts, Page, RowItem, Rows, Section, Toolbar } from "./layout";
export { EmptyState, Notice, type Severity, useSlow, Waiting } from "./notice";
export { AlertDialog, Dialog, type DialogProps, Menu, MenuAt, type MenuEntry, Popover } from "./overlay";
export { Badge, type BadgeTone, Duration, PresenceMark } from "./signs";
export { Cell, Column, Row, Table, TableBody, TableHeader } from "./table";
export { Tabs, type TabView } from "./tabs";
export { Tooltip } from "./tooltip";
export { Waveform, type WaveformProps, WaveShape } from "./waveform";
