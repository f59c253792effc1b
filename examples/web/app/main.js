import { createModels } from "../vendor/web_client/index.js";
import { announce, complain, focusOn } from "./announce.js";
import { Backend } from "./backend.js";
import { Cognito } from "./cognito.js";
import { loadConfig } from "./config.js";
import { Session } from "./session.js";
import { hideModels, showModels } from "./views/models_view.js";
import { clearNavigation, showNavigation } from "./views/navigation_view.js";
import { showSignIn } from "./views/sign_in_view.js";

const app = document.getElementById("app");
const user = document.getElementById("user");

async function start() {
  const config = await loadConfig();
  // What pages before the web client kept: whole zips.
  indexedDB.deleteDatabase("vis-assis-models");
  const session = new Session(new Cognito(config.cognitoUrl, config.userPoolClientId));
  const backend = new Backend(config.apiUrl, session);
  const models = createModels({
    endpoint: config.apiUrl,
    getToken: () => session.idToken(),
    keys: config.modelSigningKeys,
  });

  const enter = () => {
    document.getElementById("user-email").textContent = session.email;
    user.hidden = app.hidden = false;
    focusOn(document.getElementById("models-title"));
    showNavigation(backend);
    showModels(models).catch(complain);
  };
  document.getElementById("sign-out").onclick = async () => {
    user.hidden = app.hidden = true;
    hideModels();
    clearNavigation();
    showSignIn(session, enter);
    announce("You are signed out.");
    await session.signOut().catch(complain);
  };
  showSignIn(session, enter);
}

start().catch(complain);
