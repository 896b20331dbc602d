// Starts the desk: who is signed in, the Worker that holds the keys, the service worker that saves.
import { render } from 'preact';
import { Api, Problem } from './api';
import './desk.css';
import { Keys, workerLine } from './keys/keys';
import { chosenLanguage, translator } from './messages/messages';
import { scriptUrl } from './policy';
import { ServiceWorkerSaving } from './saving/saving';
import { Session } from './session';
import { App } from './views/app';
import { explain } from './views/explain';

async function start(place: HTMLElement): Promise<void> {
    const language = chosenLanguage(localStorage, navigator.languages);
    document.documentElement.lang = language;
    try {
        const api = new Api();
        const me = await api.me();
        const worker = new Worker(scriptUrl('/assets/keys-worker.js'), { type: 'module', name: 'keys' });
        const saving = ServiceWorkerSaving.start(navigator.serviceWorker, scriptUrl('/sw.js'));
        const session = new Session(api, new Keys(workerLine(worker)), me, localStorage, () => Date.now());
        render(<App start={{ session, saving, language, store: localStorage }} />, place);
    } catch (error) {
        const t = translator(language);
        const signedOut = error instanceof Problem && error.name === 'SignedOut';
        document.title = t('title');
        render(
            <main>
                <h1>{t(signedOut ? 'title' : 'error')}</h1>
                <p role="alert">{signedOut ? t('signIn.text') : explain(error, t)}</p>
                <p>
                    <a href="/" id="sign-in">
                        {t(signedOut ? 'signIn.link' : 'reload')}
                    </a>
                </p>
            </main>,
            place,
        );
    }
}

const place = document.getElementById('desk');
if (place !== null) {
    void start(place);
}
