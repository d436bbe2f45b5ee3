// The editor's figures: references to the fund's books, shown as they read now and never typed. The page lists them.
const { createElement: h, Component, createRef } = window.React;
const { EditorState, Modifier } = window.DraftJS;

function known() {
    return [...document.querySelectorAll("[data-column-figure]")].map((row) => ({
        name: row.dataset.columnFigure,
        reads: row.dataset.reads,
        says: row.dataset.says,
    }));
}

function selected(editorState) {
    const selection = editorState.getSelection();
    const block = editorState.getCurrentContent().getBlockForKey(selection.getStartKey());
    return block.getText().slice(selection.getStartOffset(), selection.getEndOffset());
}

class FigureSource extends Component {
    constructor(props) {
        super(props);
        this.field = createRef();
        this.choose = this.choose.bind(this);
    }

    componentDidMount() {
        this.field.current.focus();
    }

    choose(event) {
        const { editorState, entityType, onComplete } = this.props;
        const figure = known().find((one) => one.name === event.target.value);
        if (!figure) return;
        const text = figure.reads || selected(editorState) || "£";
        const content = editorState.getCurrentContent().createEntity(entityType.type, "IMMUTABLE", { name: figure.name });
        const key = content.getLastCreatedEntityKey();
        const changed = Modifier.replaceText(content, editorState.getSelection(), text, null, key);
        onComplete(EditorState.push(editorState, changed, "insert-characters"));
    }

    render() {
        const figures = known();
        const panel = document.querySelector("[data-column-choose]");
        const empty = panel ? panel.dataset.columnChoose : "—";
        return h(
            "div",
            { className: "column-source" },
            h(
                "select",
                {
                    ref: this.field,
                    onChange: this.choose,
                    onBlur: () => this.props.onClose(),
                    onKeyDown: (event) => event.key === "Escape" && this.props.onClose(),
                    "aria-label": empty,
                },
                h("option", { value: "" }, empty),
                figures.map((one) => h("option", { key: one.name, value: one.name }, `${one.says}: ${one.reads || "…"}`)),
            ),
        );
    }
}

function Figure(props) {
    const { name } = props.contentState.getEntity(props.entityKey).getData();
    const row = known().find((one) => one.name === name);
    return h("span", { className: "column-figure", title: row ? row.says : name }, props.children);
}

window.draftail.registerPlugin({ type: "FIGURE", source: FigureSource, decorator: Figure }, "entityTypes");
