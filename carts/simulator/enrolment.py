"""How a simulated cart comes by its device token: kept, given, or traded for its one-time code."""

from carts.client import EnrolmentNeeded, Problem, RestClient, TokenFile

from .truth import CartPlan


async def obtain_token(plan: CartPlan, file: TokenFile, rest: RestClient) -> bool:
    """Gives `rest` a token that the server takes; True when it is a new enrolment.

    Raises EnrolmentNeeded when neither the kept token, nor the plan's, nor its code is good.
    """
    for token in (file.read(), plan.token):
        if token is not None and await _is_taken(token, rest):
            file.write(token)
            return False
    if plan.enrolment_code is None:
        raise EnrolmentNeeded("no_token", f"cart {plan.label} has no valid token and no enrolment code")
    try:
        enrolled = await rest.enrol(plan.enrolment_code)
    except Problem as problem:
        raise EnrolmentNeeded(problem.code, f"cart {plan.label}: {problem.detail}") from problem
    file.write(enrolled.token)
    return True


async def _is_taken(token: str, rest: RestClient) -> bool:
    rest.token = token
    try:
        await rest.device()
    except EnrolmentNeeded:
        rest.token = None
        return False
    return True
