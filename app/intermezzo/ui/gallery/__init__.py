"""A developer page that shows every state and control, laid out as design/states.png, to compare the two by eye."""
