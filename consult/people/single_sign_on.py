"""Signing in through the organisation's identity provider (OpenID Connect), checked to the letter.

allauth trusts what comes over TLS from the token endpoint and reads ID tokens unverified. Here each one is verified:
OpenID Connect Core 1.0, sections 3.1.3.7 (ID token) and 5.3.2 (userinfo); PKCE is RFC 7636; the nonce is bound to it.
"""

import json
from hashlib import sha256
from typing import Any

import jwt
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.internal.decorators import login_not_required
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress
from allauth.account.utils import user_email
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from requests import RequestException

from consult.people.keys import keyed_hash
from consult.people.models import Account

SIGNED_WITH = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""A signature that whoever knows the public key could make is none: neither "none" nor HMAC."""
LEEWAY = 60
"""Seconds by which two clocks may differ."""
WAITS = "single_sign_on_waits"
"""In the session: an identity that waits for its owner to prove that the account with its address is theirs, too."""


def nonce_for(code_verifier: str) -> str:
    """Bound to the verifier, which never leaves the session: a token made for another visit does not fit."""
    return sha256(f"nonce {code_verifier}".encode()).hexdigest()


class CheckedAdapter(OpenIDConnectOAuth2Adapter):
    """The conversation with the identity provider. Whatever is odd is an OAuth2Error."""

    nonce = ""

    @property
    def openid_config(self) -> dict:
        config = super().openid_config
        issuer = self.get_provider().app.settings["server_url"]
        if not isinstance(config, dict) or str(config.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
            raise OAuth2Error("The identity provider says that it is another one.")
        return config

    def get_access_token_data(self, request, app, client, pkce_code_verifier=None) -> dict:
        self.nonce = nonce_for(pkce_code_verifier or "")
        return super().get_access_token_data(request, app, client, pkce_code_verifier=pkce_code_verifier)

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs) -> SocialLogin:
        try:
            claims = self._verified(app, kwargs["response"]["id_token"])
            told = self._fetch_user_info(token.token) if "userinfo_endpoint" in self.openid_config else claims
            if told["sub"] != claims["sub"]:
                raise OAuth2Error("The identity provider told of someone else.")
        except (jwt.PyJWTError, KeyError, TypeError, ValueError, AttributeError) as odd:
            raise OAuth2Error("The identity provider's answer cannot be trusted.") from odd
        return self.get_provider().sociallogin_from_response(request, {**claims, **told, "iss": claims["iss"]})

    def _verified(self, app: SocialApp, id_token: str) -> dict:
        header = jwt.get_unverified_header(id_token)
        if header.get("alg") not in SIGNED_WITH:
            raise OAuth2Error("The token is not signed in a way that proves anything.")
        claims = jwt.decode(
            id_token,
            self._key(header),
            algorithms=[header["alg"]],
            audience=app.client_id,
            issuer=self.openid_config["issuer"],
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
        )
        is_ours_alone = isinstance(claims["aud"], str) or len(claims["aud"]) == 1
        if claims.get("azp", app.client_id if is_ours_alone else "") != app.client_id:
            raise OAuth2Error("The token was made for someone else.")
        if claims["nonce"] != self.nonce:
            raise OAuth2Error("The token was made for another visit.")
        if not claims["sub"] or not isinstance(claims["sub"], str):
            raise OAuth2Error("The token names nobody.")
        return claims

    def _key(self, header: dict) -> Any:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys = [key for key in answer.json()["keys"] if key.get("use", "sig") == "sig"]
        named = [key for key in keys if key.get("kid") == header.get("kid")] if "kid" in header else keys
        if len(named) != 1:
            raise OAuth2Error("The token is signed with a key that the identity provider does not have.")
        return jwt.PyJWK.from_json(json.dumps(named[0]), algorithm=header["alg"]).key


class CheckedProvider(OpenIDConnectProvider):
    """What is asked of the identity provider, and how little of its answer is kept."""

    oauth2_adapter_class = CheckedAdapter

    def get_default_scope(self) -> list[str]:
        return ["openid", "email"]

    def get_pkce_params(self) -> dict:
        asked = super().get_pkce_params()
        return {**asked, "nonce": nonce_for(asked["code_verifier"])}

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict:
        """A link that someone made up changes nothing of what is asked."""
        return self.get_auth_params()

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        return self.get_scope()

    def extract_uid(self, data: dict) -> str:
        """Whose identity it is, so that nobody can read it, and no other provider can claim it."""
        return keyed_hash("single sign-on", f"{data['iss']}\0{data['sub']}")

    def extract_extra_data(self, data: dict) -> dict:
        """Neither name nor picture: nothing is kept."""
        return {}

    def extract_common_fields(self, data: dict) -> dict:
        return {"email": data.get("email")}

    def extract_email_addresses(self, data: dict) -> list[EmailAddress]:
        """Confirmed only if the provider says so in so many words: the text "false" is not a yes."""
        email = data.get("email")
        if not isinstance(email, str) or not email:
            return []
        is_confirmed = data.get("email_verified") in (True, "true")
        return [EmailAddress(email=email.lower(), verified=is_confirmed, primary=True)]


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Who gets in. Whoever runs the identity provider could claim any address, so an account that exists already is
    opened only to those who can read its mail: once, by a code; from then on the two belong together."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        email = user_email(sociallogin.user)
        if not email:
            raise ImmediateHttpResponse(redirect("sso_without_address"))
        if filter_users_by_email(email):
            request.session[WAITS] = {"uid": sociallogin.account.uid, "email": email.lower()}
            raise ImmediateHttpResponse(redirect("sso_known_address"))

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return True


def connect_what_waits(request: HttpRequest, user: Account, **_signal) -> None:
    """For `user_logged_in`: they agreed, and proved by a code that the account is theirs. So the identity is, too."""
    waits = request.session.pop(WAITS, None) if hasattr(request, "session") else None
    if not waits or not waits.get("is_agreed") or waits["email"] != user.email.lower():
        return
    with transaction.atomic():
        _account, is_new = SocialAccount.objects.get_or_create(
            provider=PROVIDER_ID, uid=waits["uid"], defaults={"user": user}
        )
    if is_new:
        get_account_adapter().send_notification_mail("socialaccount/email/account_connected", user)


PROVIDER_ID = "sso"


def _view(kind: type, request: HttpRequest) -> HttpResponse:
    adapter = CheckedAdapter(request, PROVIDER_ID)
    try:
        return kind.adapter_view(adapter)(request)
    except SocialApp.DoesNotExist:
        raise Http404("There is no identity provider.") from None
    except (OAuth2Error, RequestException, KeyError) as trouble:  # away, or none that we were told of
        return render_authentication_error(request, adapter.get_provider(), exception=trouble)


@login_not_required
def begin(request: HttpRequest, provider_id: str = PROVIDER_ID) -> HttpResponse:
    """To the identity provider."""
    return _view(OAuth2LoginView, request)


@login_not_required
def come_back(request: HttpRequest, provider_id: str = PROVIDER_ID) -> HttpResponse:
    """Back from it, with a code that is good once."""
    return _view(OAuth2CallbackView, request)
