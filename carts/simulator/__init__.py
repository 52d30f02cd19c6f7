"""A simulated store: carts on load cells, the people who push them, and a camera above the lane.

    pace, physics      time, and what a scale reads while hands are at work
    truth, shelf       what things really weigh; what the server sells (asked over REST only)
    cart, shopper      a cart with its client; a person's habits
    scripts            `honest`, `forgetful`, `review`, `phone`
    visit, till        one trip: from the cart park to the gate
    shopping, world    carts that shop on and on
    camera/            the overhead camera, a real HTTP server

It speaks to the server as a cart maker's software would, through `carts.client`, and knows nothing else of it.
"""
