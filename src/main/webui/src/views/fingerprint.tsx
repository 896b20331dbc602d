import { Fragment } from 'preact';
import { grouped } from '../formats/bytes';

/** A hash in groups of four, so that two people can read it to each other. */
export function Fingerprint({ value, id }: { readonly value: string; readonly id?: string }) {
    const groups = grouped(value).split(' ');
    return (
        <code class="fingerprint" {...(id === undefined ? {} : { 'data-testid': id })}>
            {groups.map((group, i) => (
                <Fragment key={i}>
                    {i === 0 ? '' : ' '}
                    <span>{group}</span>
                </Fragment>
            ))}
        </code>
    );
}
