import Markdown from "react-markdown";

const ALLOWED = ["p", "strong", "em", "code", "pre", "ul", "ol", "li", "h1", "h2", "h3", "h4", "blockquote", "br", "hr", "del"];

/**
 * Markdown of a comment. Markup in it is text (react-markdown makes no HTML of it), links and
 * pictures are left as their words: a comment leads nowhere and fetches nothing.
 */
// `lazy` takes the default export of a module.
// oxlint-disable-next-line import/no-default-export
export default function Prose({ text }: { readonly text: string }) {
  return (
    <div className="prose">
      <Markdown allowedElements={ALLOWED} unwrapDisallowed skipHtml={false}>
        {text}
      </Markdown>
    </div>
  );
}
